import type { ViewState } from '../../../domain/tokens/view-state.ts'
import type { Snapshot } from '../../../ports/service.ts'
import { isoOf } from '../bodies/time.ts'
import { sourceStates } from '../bodies/token.ts'
import { type Frame, type FrameKind, frameOf, type Tail } from './frames.ts'
import type { Spark } from './rows.ts'
import { deltaTail, eventTails, type News, wholeTail } from './tails.ts'

/** Whom a frame is for: the id of the list, and whether its rows carry a chart. */
export interface Reader {
  readonly id: string
  readonly spark: Spark
}

/** Where a reader stands in a list: the position it was told, and what it shows there. */
export interface Standing {
  readonly seq: number
  readonly state: ViewState
}

/** Everything that is said about one board. Whatever several clients get is written once; all of it goes with the board. */
export interface Edition {
  readonly snapshot: Snapshot
  /** The answer to a subscription that goes on from `seq`. */
  recovered(id: string, seq: number): Frame
  /** The answer to one that begins with a snapshot. */
  begun(id: string): Frame
  whole(reader: Reader, state: ViewState): Frame
  /** What leads a reader to `to`; null when it sees no difference. */
  delta(reader: Reader, from: Standing, to: ViewState): Frame | null
  /** What happened to rows of the state after `afterSeq`, oldest first. */
  events(id: string, state: ViewState, afterSeq: number): readonly Frame[]
  heartbeat(nowMs: number): Frame
}

/** @param news events of the last boards of this epoch, oldest first */
export function edition(snapshot: Snapshot, news: readonly News[]): Edition {
  const { epoch, seq } = snapshot
  const eventId = `${epoch}-${seq}`
  const newestNews = news.at(-1)?.seq ?? -1
  const wholes = bySpark<Map<ViewState, Heads>>(() => new Map())
  const deltas = bySpark<Map<ViewState, Map<ViewState, Heads | null>>>(() => new Map())
  const led = new Map<ViewState, Edition['delta']>()
  const told = new Map<ViewState, readonly { readonly seq: number; readonly heads: Heads }[]>()
  const beats = new Map<number, Frame>()

  const deltaOf = (spark: Spark, from: ViewState, to: ViewState): Heads | null =>
    remembered(
      remembered(deltas[spark], from, () => new Map<ViewState, Heads | null>()),
      to,
      () => {
        const tail = deltaTail(snapshot, [from, to], spark)
        return tail === null ? null : headsOf({ name: 'delta', eventId }, tail)
      },
    )
  const deltaFor: Edition['delta'] = ({ id, spark }, from, to) => {
    const heads = deltaOf(spark, from.state, to)
    return heads === null ? null : heads(`{"type":"delta","id":${JSON.stringify(id)},"from":${from.seq},`)
  }
  const toldOf = (state: ViewState) =>
    remembered(told, state, () =>
      // An event leads nobody anywhere: only the delta of its board does.
      eventTails(news, state).map((one) => ({
        seq: one.seq,
        heads: headsOf({ name: 'event', eventId: null }, one.tail),
      })),
    )
  return {
    snapshot,
    recovered: (id, from) => subscribed({ id, epoch, seq: from, recovered: true }),
    begun: (id) => subscribed({ id, epoch, seq, recovered: false }),
    whole({ id, spark }, state) {
      const make = () => headsOf({ name: 'snapshot', eventId }, wholeTail(snapshot, state, spark))
      return remembered(wholes[spark], state, make)(`{"type":"snapshot","id":${JSON.stringify(id)},`)
    },
    delta: (reader, from, to) => remembered(led, to, () => forNeighbours(deltaFor))(reader, from, to),
    events(id, state, afterSeq) {
      if (newestNews <= afterSeq) return []
      const later = toldOf(state).filter((one) => one.seq > afterSeq)
      return later.map(({ heads }) => heads(`{"type":"event","id":${JSON.stringify(id)},`))
    },
    heartbeat: (nowMs) =>
      remembered(beats, nowMs, () => {
        const board = { as_of: isoOf(snapshot.asOfMs), sources: sourceStates(snapshot.sources) }
        const text = JSON.stringify({ type: 'heartbeat', seq, at: isoOf(nowMs), ...board })
        return frameOf({ name: 'heartbeat', eventId }, text)
      }),
  }
}

function subscribed(body: { id: string; epoch: string; seq: number; recovered: boolean }): Frame {
  // Without its snapshot a reader is nowhere: cut in between, it must not believe to have this position.
  const eventId = body.recovered ? `${body.epoch}-${body.seq}` : null
  return frameOf({ name: 'subscribed', eventId }, JSON.stringify({ type: 'subscribed', ...body }))
}

function bySpark<T>(make: () => T): Readonly<Record<Spark, T>> {
  return { plain: make(), spark: make() }
}

function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key)
  if (found !== undefined) return found
  const made = make()
  known.set(key, made)
  return made
}

/** Thousands of readers of a list who stand at the same place come one after the other: nothing need be looked up. */
function forNeighbours(delta: Edition['delta']): Edition['delta'] {
  let [lastId, lastSpark, lastSeq] = ['', 'plain', -1]
  let lastState: ViewState | null = null
  let frame: Frame | null = null
  return (reader, from, to) => {
    const isLikeLast =
      from.state === lastState && from.seq === lastSeq && reader.id === lastId && reader.spark === lastSpark
    if (isLikeLast) return frame
    frame = delta(reader, from, to)
    // Values, not the objects that hold them: those move on.
    ;({ id: lastId, spark: lastSpark } = reader)
    ;({ seq: lastSeq, state: lastState } = from)
    return frame
  }
}

/** Frames that differ in their heads only. Most clients have the same head, so whole frames are kept by it. */
type Heads = (head: string) => Frame

function headsOf(kind: FrameKind, tail: Tail): Heads {
  const frames = new Map<string, Frame>()
  return (head) => remembered(frames, head, () => frameOf(kind, head, tail))
}
