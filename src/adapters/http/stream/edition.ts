import type { ViewState } from '../../../domain/tokens/view-state.ts'
import type { Snapshot } from '../../../ports/service.ts'
import { editionFrames } from './edition-frames.ts'
import { type Frame, joined } from './frames.ts'
import { NOWHERE, type Place, type Reader, type Standing } from './place.ts'
import { remembered, rememberedIn } from './remembered.ts'
import type { Subscription } from './subscription.ts'
import type { News } from './tails.ts'

/** What a client is told, and where it stands then. */
export interface Step {
  /** Null when it sees no difference. */
  readonly frame: Frame | null
  readonly place: Place
}

/** The same for a list that begins. */
export interface Start {
  readonly frame: Frame
  readonly standing: Standing
}

/** What happens to one list. */
interface Move {
  readonly frame: Frame | null
  readonly standing: Standing
}

/** Everything that is said about one board. Whatever several clients get is made once; all of it goes with the board. */
export interface Edition {
  readonly snapshot: Snapshot
  /** A list that begins with a snapshot. */
  begin(reader: Reader, state: ViewState): Start
  /** One that goes on from where its reader says it is. */
  resume(standing: Standing): Start
  /**
   * Leads a client from where it stands to this board.
   * @param lists its own, in the order of the place
   */
  advance(from: Place, lists: readonly Pick<Subscription, 'view'>[]): Step
  heartbeat(nowMs: number): Frame
  /** Where a client stands that has nothing to be told and got a heartbeat. */
  told(from: Place): Place
  /** One object for all who stand alike. */
  placeOf(standings: readonly Standing[]): Place
}

/** @param news events of the last boards of this epoch, oldest first */
export function edition(snapshot: Snapshot, news: readonly News[]): Edition {
  const { epoch, seq } = snapshot
  const frames = editionFrames(snapshot, news)
  const places = new Map<Place, Map<Standing, Place>>()
  const steps = new Map<Place, Step>()
  const moves = new Map<Standing, Move>()

  const here = perReader((reader, state): Standing => ({ reader, epoch, seq, state }))
  const begin = perReader((reader, state): Start => {
    const frame = joined([frames.begun(reader.id), frames.whole(reader, state)])
    return { frame, standing: here(reader, state) }
  })
  const placeOf = (standings: readonly Standing[]): Place => {
    let place = NOWHERE
    for (const standing of standings) {
      const before = place
      place = rememberedIn(places, [before, standing], () => [...before, standing])
    }
    return place
  }
  const moved = (from: Standing, to: ViewState): Move => {
    // The positions of another epoch mean nothing in this one.
    if (from.epoch !== epoch) return begin(from.reader, to)
    if (from.state === to) return { frame: null, standing: from }
    const delta = frames.delta(from, to)
    // It sees what it saw, so it is told of no new position.
    if (delta === null) return { frame: null, standing: { ...from, state: to } }
    return { frame: joined([delta, ...frames.events(from, to)]), standing: here(from.reader, to) }
  }
  return {
    snapshot,
    begin,
    placeOf,
    resume: (standing) => ({ frame: frames.recovered(standing.reader.id, standing.seq), standing }),
    // Thousands stand at the same place: for all but the first, nothing else is looked up.
    advance: (from, lists) =>
      remembered(steps, from, () => {
        const each = from.map((standing, i) =>
          remembered(moves, standing, () => moved(standing, lists[i]?.view.state() ?? standing.state)),
        )
        const news = each.flatMap(({ frame }) => frame ?? [])
        const standings = each.map(({ standing }) => standing)
        const isStill = standings.every((standing, i) => standing === from[i])
        return { frame: news.length === 0 ? null : joined(news), place: isStill ? from : placeOf(standings) }
      }),
    heartbeat: frames.heartbeat,
    told: (from) => placeOf(from.map(({ reader, state }) => here(reader, state))),
  }
}

/** Makes something once for all readers of a list who call it the same. */
function perReader<T>(make: (reader: Reader, state: ViewState) => T) {
  const made = new Map<ViewState, Map<string, T>>()
  return (reader: Reader, state: ViewState): T =>
    rememberedIn(made, [state, `${reader.spark} ${reader.id}`], () => make(reader, state))
}
