import { ServiceError } from '../../../domain/errors.ts'
import type { Board } from '../../../domain/tokens/board.ts'
import { type LiveQuery, liveQuery, type Showing } from '../../../domain/tokens/live-query.ts'
import type { TokenView } from '../../../domain/tokens/query.ts'
import type { Clock } from '../../../ports/clock.ts'
import { viewKey } from './history.ts'

/** Views that live at the same time, those kept for reconnects among them. Each costs work on every board. */
export const VIEWS_MAX = 500
/** Whoever reconnects within this finds the view as it was left. */
export const KEEP_UNHELD_MS = 60_000

/** The views that live: shared by all who ask for the same, kept a while when nobody does any more. */
export interface OpenViews {
  /**
   * @param head the board that a new view begins at
   * @throws ServiceError `too_many_views`
   */
  hold(view: TokenView, limit: number, head: Board): Held
  queries(): Iterable<LiveQuery>
  /** The texts of the views that somebody holds. */
  heldQueries(): ReadonlySet<string>
  dropUnheld(): void
}

export interface Held {
  readonly showing: Showing
  /** Gives it back. Doing so twice is harmless. */
  readonly release: () => void
}

interface Entry {
  readonly view: TokenView
  readonly query: LiveQuery
  readonly showing: Showing
  holders: number
}

export function openViews(clock: Clock): OpenViews {
  const queries = new Map<string, LiveQuery>()
  const held = new Map<string, Entry>()
  /** The one that nobody has held for longest comes first. */
  const unheld = new Map<string, { readonly entry: Entry; readonly sinceMs: number }>()

  function create(view: TokenView, limit: number, head: Board): Entry {
    const key = viewKey(view)
    const query = queries.get(key) ?? liveQuery(view, head)
    queries.set(key, query)
    return { view, query, showing: query.show(limit), holders: 0 }
  }

  function drop(key: string, { view, query, showing }: Entry): void {
    unheld.delete(key)
    query.hide(showing)
    if (query.isIdle()) queries.delete(viewKey(view))
  }

  function dropUnheld(): void {
    const oldestMs = clock.monotonicMs() - KEEP_UNHELD_MS
    for (const [key, { entry, sinceMs }] of unheld) {
      if (sinceMs > oldestMs) return
      drop(key, entry)
    }
  }

  function makeRoom(): void {
    if (held.size + unheld.size < VIEWS_MAX) return
    const [oldest] = unheld
    if (oldest === undefined) {
      throw new ServiceError('too_many_views', 'Too many different live views are open just now. Try again later.')
    }
    drop(oldest[0], oldest[1].entry)
  }

  function revived(key: string): Entry | undefined {
    const entry = unheld.get(key)?.entry
    unheld.delete(key)
    return entry
  }

  return {
    queries: () => queries.values(),
    heldQueries: () => new Set([...held.values()].flatMap(({ view }) => view.q ?? [])),
    dropUnheld,
    hold(view, limit, head) {
      dropUnheld()
      const key = `${viewKey(view)} ${limit}`
      let entry = held.get(key) ?? revived(key)
      if (entry === undefined) {
        makeRoom()
        entry = create(view, limit, head)
      }
      entry.holders += 1
      held.set(key, entry)
      return { showing: entry.showing, release: once(() => giveBack(key, entry)) }
    },
  }

  function giveBack(key: string, entry: Entry): void {
    entry.holders -= 1
    if (entry.holders > 0) return
    held.delete(key)
    unheld.set(key, { entry, sinceMs: clock.monotonicMs() })
  }
}

function once(run: () => void): () => void {
  let done = false
  return () => {
    if (!done) run()
    done = true
  }
}
