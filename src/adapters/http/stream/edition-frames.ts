import type { ViewState } from '../../../domain/tokens/view-state.ts'
import type { Snapshot } from '../../../ports/service.ts'
import { isoOf } from '../bodies/time.ts'
import { sourceStates } from '../bodies/token.ts'
import { type Frame, type FrameKind, frameOf, subscribed, type Tail } from './frames.ts'
import type { Reader, Standing } from './place.ts'
import { remembered, rememberedIn } from './remembered.ts'
import type { Spark } from './rows.ts'
import { deltaTail, eventTails, type News, wholeTail } from './tails.ts'

/** The frames that are about one board. What several readers have in common is written once. */
export interface EditionFrames {
  /** A list begins, with a snapshot to follow. */
  begun(id: string): Frame
  /** A list goes on from `seq`. */
  recovered(id: string, seq: number): Frame
  whole(reader: Reader, state: ViewState): Frame
  /** What leads a reader to `to`; null when it sees no difference. */
  delta(from: Standing, to: ViewState): Frame | null
  /** What happened since to rows of the state that a reader now sees, oldest first. */
  events(from: Standing, to: ViewState): readonly Frame[]
  heartbeat(nowMs: number): Frame
}

/** @param news events of the last boards of this epoch, oldest first */
export function editionFrames(snapshot: Snapshot, news: readonly News[]): EditionFrames {
  const { epoch, seq } = snapshot
  const eventId = `${epoch}-${seq}`
  const wholes = bySpark<Map<ViewState, Heads>>(() => new Map())
  const deltas = bySpark<Map<ViewState, Map<ViewState, Heads | null>>>(() => new Map())
  const told = new Map<ViewState, readonly { readonly seq: number; readonly heads: Heads }[]>()
  const beats = new Map<number, Frame>()
  return {
    begun: (id) => subscribed({ id, epoch, seq, recovered: false }),
    recovered: (id, from) => subscribed({ id, epoch, seq: from, recovered: true }),
    whole({ id, spark }, state) {
      const make = () => headsOf({ name: 'snapshot', eventId }, wholeTail(snapshot, state, spark))
      return remembered(wholes[spark], state, make)(`{"type":"snapshot","id":${JSON.stringify(id)},`)
    },
    delta({ reader: { id, spark }, seq: fromSeq, state: from }, to) {
      const heads = rememberedIn(deltas[spark], [from, to], () => {
        const tail = deltaTail(snapshot, [from, to], spark)
        return tail === null ? null : headsOf({ name: 'delta', eventId }, tail)
      })
      return heads === null ? null : heads(`{"type":"delta","id":${JSON.stringify(id)},"from":${fromSeq},`)
    },
    events({ reader, seq: afterSeq }, to) {
      const all = remembered(told, to, () =>
        // An event leads nobody anywhere: only the delta of its board does.
        eventTails(news, to).map((one) => ({
          seq: one.seq,
          heads: headsOf({ name: 'event', eventId: null }, one.tail),
        })),
      )
      const later = all.filter((one) => one.seq > afterSeq)
      return later.map(({ heads }) => heads(`{"type":"event","id":${JSON.stringify(reader.id)},`))
    },
    heartbeat: (nowMs) =>
      remembered(beats, nowMs, () => {
        const board = { as_of: isoOf(snapshot.asOfMs), sources: sourceStates(snapshot.sources) }
        const text = JSON.stringify({ type: 'heartbeat', seq, at: isoOf(nowMs), ...board })
        return frameOf({ name: 'heartbeat', eventId }, text)
      }),
  }
}

function bySpark<T>(make: () => T): Readonly<Record<Spark, T>> {
  return { plain: make(), spark: make() }
}

/** Frames that differ in their heads only. Most clients have the same head, so whole frames are kept by it. */
type Heads = (head: string) => Frame

function headsOf(kind: FrameKind, tail: Tail): Heads {
  const frames = new Map<string, Frame>()
  return (head) => remembered(frames, head, () => frameOf(kind, head, tail))
}
