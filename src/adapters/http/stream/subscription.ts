import type { ViewState } from '../../../domain/tokens/view-state.ts'
import type { LiveView } from '../../../ports/board-feed.ts'
import type { Edition, Reader } from './edition.ts'
import type { Frame } from './frames.ts'
import type { Position } from './schemas.ts'

/** One list of one client: a pointer into the history of the board, and nothing queued. */
export interface Subscription {
  /** Adds what the client must get to stand where the board stands. */
  collect(edition: Edition, out: Frame[]): void
  /** True while the client's position is one that this instance has not reached yet. */
  isWaiting(): boolean
  /** From now on that is not waited for. */
  stopWaiting(): void
  /** The client was told of this position by other means than a delta. */
  moveTo(seq: number): void
  close(): void
}

export interface SubscriptionOptions extends Reader {
  readonly view: LiveView
  /** Null: from the beginning. */
  readonly since: Position | null
}

/** Moved in place: a new one for each client and board would keep the garbage collector busy. */
interface Pointer {
  readonly epoch: string
  /** Of the last frame that moved the client. */
  seq: number
  state: ViewState
  /** Events up to here were told. */
  toldSeq: number
}

export function subscription({ view, since, ...reader }: SubscriptionOptions): Subscription {
  const following = { view, reader }
  let wanted = since
  let pointer: Pointer | null = null
  return {
    isWaiting: () => pointer === null,
    stopWaiting() {
      wanted = null
    },
    collect(edition, out) {
      const start = pointer ?? resume({ view, wanted, reader }, edition, out)
      if (start === 'ahead') return
      // The positions of another epoch mean nothing in this one.
      const isHere = start !== 'gone' && start.epoch === edition.snapshot.epoch
      pointer = isHere ? start : begin(following, edition, out)
      if (isHere) advance(following, pointer, { edition, out })
    },
    moveTo(seq) {
      if (pointer !== null) pointer.seq = seq
    },
    close: () => view.close(),
  }
}

interface Following {
  readonly view: LiveView
  readonly reader: Reader
}

function resume(
  { view, wanted, reader }: Following & { readonly wanted: Position | null },
  edition: Edition,
  out: Frame[],
): Pointer | 'ahead' | 'gone' {
  if (wanted === null) return 'gone'
  const state = view.at(wanted)
  if (typeof state === 'string') return state
  out.push(edition.recovered(reader.id, wanted.seq))
  return { ...wanted, state, toldSeq: wanted.seq }
}

function begin({ view, reader }: Following, edition: Edition, out: Frame[]): Pointer {
  const { epoch, seq } = edition.snapshot
  const state = view.state()
  out.push(edition.begun(reader.id), edition.whole(reader, state))
  return { epoch, seq, state, toldSeq: seq }
}

function advance({ view, reader }: Following, pointer: Pointer, to: { edition: Edition; out: Frame[] }): void {
  const { edition, out } = to
  const state = view.state()
  if (state === pointer.state) return
  const { seq } = edition.snapshot
  const delta = edition.delta(reader, pointer, state)
  if (delta !== null) out.push(delta)
  for (const event of edition.events(reader.id, state, pointer.toldSeq)) out.push(event)
  if (delta !== null) pointer.seq = seq
  pointer.state = state
  pointer.toldSeq = seq
}
