import { tapCells, tapDelta } from '../../../domain/taps/live-diff.ts'
import type { TapCell, TapState } from '../../../domain/taps/live-state.ts'
import type { TapLiveQuestion, TapMoment } from '../../../ports/tap-feed.ts'
import { isoOf } from '../bodies/time.ts'
import { type Frame, frameOf, subscribed, type Tail, tailOf } from './frames.ts'
import { remembered, rememberedIn } from './remembered.ts'

/** The position that a reader of taps was told, and what it shows there. */
export interface TapStanding {
  readonly epoch: string
  readonly seq: number
  readonly state: TapState
}

/** Whom a frame is for: what the client calls the list, and the tag that it asks for; null: all of the team. */
export interface TapReader {
  readonly id: string
  readonly tag: string | null
}

/** Everything that is said about the taps of one team at one moment. What several readers get is written once. */
export interface TapEdition {
  /** A list begins, with a snapshot to follow. */
  begun(id: string): Frame
  /** A list goes on from `seq`. */
  recovered(id: string, seq: number): Frame
  whole(reader: TapReader): Frame
  /** Null when the reader sees no difference. @param from of the epoch of this moment */
  delta(reader: TapReader, from: TapStanding): Frame | null
  heartbeat(id: string, nowMs: number): Frame
}

/** Weak: all that was written about a moment goes with it. A moment is of one team. */
const editions = new WeakMap<TapMoment, TapEdition>()

/** The one edition of a moment. @param interval of the view that shows it */
export function tapEditionOf(moment: TapMoment, interval: TapLiveQuestion['interval']): TapEdition {
  const known = editions.get(moment)
  if (known !== undefined) return known
  const made = tapEdition(moment, interval)
  editions.set(moment, made)
  return made
}

function tapEdition({ epoch, state, asOfMs }: TapMoment, interval: TapLiveQuestion['interval']): TapEdition {
  const { seq } = state
  const eventId = `${epoch}-${seq}`
  const asOf = isoOf(asOfMs)
  const wholes = new Map<string | null, Tail>()
  const deltas = new Map<TapState, Map<string | null, Tail | null>>()
  const frames = new Map<Tail, Map<string, Frame>>()
  /** Readers of the same differ in their heads only, and most have the same one. */
  const headed = (name: string, head: string, tail: Tail) =>
    rememberedIn(frames, [tail, head], () => frameOf({ name, eventId }, head, tail))
  const wholeTail = (tag: string | null) => {
    const body = { epoch, seq, as_of: asOf, interval, window_start: isoOf(state.windowStartMs) }
    return rest({ ...body, data: tapCells(state, tag).map(rowOf) })
  }
  const deltaTail = (from: TapState, tag: string | null) => {
    const delta = tapDelta(from, state, tag)
    if (delta === null) return null
    const remove = delta.removes.map(({ bucketMs, tag: uid }) => ({ bucket: isoOf(bucketMs), tag: uid }))
    return rest({ seq, window_start: isoOf(delta.windowStartMs), upsert: delta.upserts.map(rowOf), remove })
  }
  return {
    begun: (id) => subscribed({ id, epoch, seq, recovered: false }),
    recovered: (id, from) => subscribed({ id, epoch, seq: from, recovered: true }),
    whole({ id, tag }) {
      const tail = remembered(wholes, tag, () => wholeTail(tag))
      return headed('snapshot', `{"type":"snapshot","id":${JSON.stringify(id)},`, tail)
    },
    delta({ id, tag }, from) {
      const tail = rememberedIn(deltas, [from.state, tag], () => deltaTail(from.state, tag))
      if (tail === null) return null
      return headed('delta', `{"type":"delta","id":${JSON.stringify(id)},"from":${from.seq},`, tail)
    },
    heartbeat(id, nowMs) {
      const text = JSON.stringify({ type: 'heartbeat', id, seq, at: isoOf(nowMs), as_of: asOf })
      return frameOf({ name: 'heartbeat', eventId }, text)
    },
  }
}

/** A frame without its beginning, which differs between clients. */
function rest(body: object): Tail {
  return tailOf(JSON.stringify(body).slice(1))
}

function rowOf({ bucketMs, tag, count }: TapCell) {
  return { bucket: isoOf(bucketMs), tag, count }
}
