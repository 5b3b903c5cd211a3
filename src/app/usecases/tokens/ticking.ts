import type { TokenId } from '../../../domain/tokens/identity.ts'
import type { Moment } from './history.ts'
import type { News } from './news.ts'
import type { Room } from './room.ts'

/**
 * A board taken over keeps its tokens this long, until the searches that brought them have been asked again. Longer than
 * the others need to tell what their clients still use.
 */
const ADOPTED_MS = 90_000

/** What stays on the board though nobody here wants it yet. */
interface Adopted {
  readonly ids: readonly TokenId[]
  readonly untilMs: number
}

const NOTHING: Adopted = { ids: [], untilMs: Number.POSITIVE_INFINITY }

/** What is said once: the news after these no longer do. */
type Said = Pick<News, 'unlisted' | 'settled'>

const NOTHING_SAID: Said = { unlisted: [], settled: [] }

/** Puts what was heard on the board, one news after the other: each decision rests on the board that the last one made. */
export interface Ticking {
  /**
   * Decides and publishes, if anybody could see a difference.
   * @returns the newest board once the news stand on it, without waiting where nobody else has to be asked; nothing
   *   happens while another instance decides
   */
  tick(): Moment | null | Promise<Moment | null>
  /** The same, with what somebody on another instance waits to hear. */
  tell(said: Partial<Said>): Moment | null | Promise<Moment | null>
  /** From now on this instance decides: it goes on from what the board rests on. */
  takeOver(): void
}

export function ticking(room: Room): Ticking {
  const { shelf, publishing, deciding, wanted, views, askers, observations } = room
  const { clock } = room.parts
  let underWay: Promise<Moment | null> | null = null
  let adopted: Adopted = NOTHING
  let said = NOTHING_SAID

  function wantedNow(): ReadonlySet<TokenId> {
    for (const text of views.heldQueries()) wanted.wantQuery(text)
    if (clock.monotonicMs() >= adopted.untilMs) adopted = NOTHING
    const ids = wanted.tokens()
    return adopted === NOTHING ? ids : new Set([...ids, ...adopted.ids])
  }

  function tick(): Moment | null | Promise<Moment | null> {
    if (underWay !== null) return underWay.then(tick)
    if (!publishing.isDeciding()) return shelf.head()
    const sources = askers.map((asker) => asker.state())
    const ids = wantedNow()
    const news = deciding.decide({ wanted: ids, sources, answered: wanted.answered(), ...said })
    said = NOTHING_SAID
    const made = news === null ? shelf.head() : publishing.publish(news)
    if (!(made instanceof Promise)) return made
    underWay = made.finally(() => {
      underWay = null
    })
    return underWay
  }

  return {
    tick,
    tell({ unlisted = [], settled = [] }) {
      said = { unlisted: [...said.unlisted, ...unlisted], settled: [...said.settled, ...settled] }
      return tick()
    },
    takeOver() {
      const ids = [...shelf.ids()]
      adopted = { ids, untilMs: clock.monotonicMs() + ADOPTED_MS }
      deciding.takeOver()
      for (const id of ids) observations.add(shelf.basis(id)?.observations ?? [])
      for (const state of shelf.sources()) {
        askers.find(({ source }) => source.name === state.name)?.adopt(state)
      }
    },
  }
}
