import type { z } from '@hono/zod-openapi'
import { ServerFrame, type StreamToken } from '../../src/adapters/http/stream/schemas.ts'
import type { TAP_FRAMES } from '../../src/adapters/http/stream/tap-schemas.ts'

export type Frame = z.output<typeof ServerFrame>
/** Frames about taps, beside those that are of every list. */
type TapFrame = z.output<(typeof TAP_FRAMES)[keyof typeof TAP_FRAMES]>
export type FrameOf<Type extends Frame['type']> = Exclude<Extract<Frame, { type: Type }>, TapFrame>
export type TapFrameOf<Type extends TapFrame['type']> = Extract<TapFrame, { type: Type }>
export type Token = z.output<typeof StreamToken>

/** What a client knows of one list. */
export interface Known {
  readonly epoch: string
  readonly seq: number
  readonly rows: readonly Token[]
}

/** What a client knows of one list of taps. */
export interface KnownTaps {
  readonly epoch: string
  readonly seq: number
  readonly windowStart: string
  /** By bucket and tag. */
  readonly counts: ReadonlyMap<string, number>
}

/** A client that does what docs/streams.md says and nothing else, and fails on anything that the page does not allow. */
export interface StreamReader {
  /** Everything that was read, oldest first. */
  readonly frames: Frame[]
  /** By id of the list. */
  readonly lists: Map<string, Known>
  readonly taps: Map<string, KnownTaps>
  /** Another connection: what it says is of the lists that it has been asked for, and those are none yet. */
  connect(): void
  read(text: string): void
  /** Where to go on from after a cut; undefined when nothing is known. */
  since(id: string): { epoch: string; seq: number } | undefined
}

export function streamReader(): StreamReader {
  const frames: Frame[] = []
  const lists = new Map<string, Known>()
  const taps = new Map<string, KnownTaps>()
  /** Lists of which a snapshot must come next. */
  const bare = new Set<string>()
  /** Lists of this connection. */
  const followed = new Set<string>()
  const knownIn = <T>(all: ReadonlyMap<string, T>, id: string): T => {
    const list = all.get(id)
    if (list === undefined) throw new Error(`nothing is known of ${id}`)
    return list
  }
  const announced = (id: string) => {
    if (!bare.delete(id)) throw new Error('a snapshot that nothing announced')
  }
  const applyTaps = (frame: TapFrame): void => {
    const { id, seq } = frame
    if (frame.type === 'snapshot') {
      announced(id)
      lists.delete(id)
      taps.set(id, { epoch: frame.epoch, seq, windowStart: frame.window_start, counts: tapCounts(frame.data) })
    } else if (bare.has(id)) throw new Error(`a ${frame.type} before the snapshot`)
    else if (frame.type === 'delta') taps.set(id, afterTaps(knownIn(taps, id), frame))
    else taps.set(id, { ...knownIn(taps, id), seq })
  }
  const apply = (frame: Exclude<Frame, TapFrame>): void => {
    if (frame.type === 'subscribed') {
      followed.add(frame.id)
      const before = lists.get(frame.id) ?? taps.get(frame.id)
      if (!frame.recovered) bare.add(frame.id)
      else if (before?.seq !== frame.seq || before.epoch !== frame.epoch) throw new Error('recovered from elsewhere')
    } else if (frame.type === 'snapshot') {
      announced(frame.id)
      taps.delete(frame.id)
      lists.set(frame.id, { epoch: frame.epoch, seq: frame.seq, rows: frame.data })
    } else if (frame.type === 'delta') lists.set(frame.id, afterDelta(knownIn(lists, frame.id), frame))
    else if (frame.type === 'unsubscribed') followed.delete(frame.id)
    else if (frame.type === 'heartbeat') {
      for (const id of followed) if (!taps.has(id)) lists.set(id, { ...knownIn(lists, id), seq: frame.seq })
    }
  }
  return {
    frames,
    lists,
    taps,
    since: (id) => {
      const list = lists.get(id) ?? taps.get(id)
      return list === undefined ? undefined : { epoch: list.epoch, seq: list.seq }
    },
    connect() {
      followed.clear()
      bare.clear()
    },
    read(text) {
      const frame = ServerFrame.parse(JSON.parse(text))
      frames.push(frame)
      if (isOfTaps(frame)) applyTaps(frame)
      else apply(frame)
    },
  }
}

function isOfTaps(frame: Frame): frame is TapFrame {
  return 'window_start' in frame || (frame.type === 'heartbeat' && 'id' in frame)
}

type TapRows = TapFrameOf<'snapshot'>['data']

function tapCounts(rows: TapRows, before: Iterable<[string, number]> = []): Map<string, number> {
  return new Map([...before, ...rows.map(({ bucket, tag, count }) => [`${bucket} ${tag}`, count] as const)])
}

function afterTaps(list: KnownTaps, delta: TapFrameOf<'delta'>): KnownTaps {
  if (delta.from !== list.seq) throw new Error(`a delta from ${delta.from} for taps at ${list.seq}`)
  const before = new Map(list.counts)
  for (const { bucket, tag } of delta.remove) {
    if (!before.delete(`${bucket} ${tag}`)) throw new Error('removes a row that is not there')
  }
  return { ...list, seq: delta.seq, windowStart: delta.window_start, counts: tapCounts(delta.upsert, before) }
}

function afterDelta(list: Known, delta: FrameOf<'delta'>): Known {
  if (delta.from !== list.seq) throw new Error(`a delta from ${delta.from} for a list at ${list.seq}`)
  const rows = new Map(list.rows.map((row) => [row.id, row]))
  for (const id of delta.remove) rows.delete(id)
  for (const upsert of delta.upsert) rows.set(upsert.id, { ...rows.get(upsert.id), ...upsert } as Token)
  const ids = delta.order ?? [...rows.keys()]
  return { ...list, seq: delta.seq, rows: ids.map((id) => rows.get(id) as Token) }
}
