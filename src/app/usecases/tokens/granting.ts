import { BoardUnavailable } from '../../../domain/errors.ts'
import type { Wish, Wishes } from '../../../ports/wishes.ts'
import type { Loading } from './loading.ts'
import { pause } from './pausing.ts'
import type { Room } from './room.ts'
import type { Ticking } from './ticking.ts'

/** What clients of this instance still use is told again this often, well within the time it stays wanted. */
const TELL_EVERY_MS = 60_000
const RETRY_MS = 200

/** Wishes of instances that follow: told by them, granted by the one that decides. */
export interface Granting {
  start(): void
  stop(): Promise<void>
}

export function granting(room: Room, loading: Loading, ticking: Ticking, wishes: Wishes): Granting {
  const { wanted, shelf, publishing, views } = room
  const { clock, log, cacheTtlMs } = room.parts
  const ending = new AbortController()
  let mark: string | null = null
  let cancelTelling = () => {}
  let hearing = Promise.resolve()

  function grant({ queries, tokens, sinceMs }: Wish): void {
    const failed = (error: unknown) => log.error('wish failed', { error })
    for (const text of queries) {
      const isKnown = wanted.wantQuery(text)
      if (sinceMs !== null) settle(text, clock.nowMs() - sinceMs).catch(failed)
      else if (!isKnown) loading.text(text, cacheTtlMs).catch(failed)
    }
    const missing = tokens.filter((id) => shelf.row(id) === undefined)
    wanted.wantTokens(tokens.filter((id) => shelf.row(id) !== undefined))
    if (missing.length === 0) return
    loading
      .tokens(missing)
      .then(({ unlisted }) => (unlisted.size > 0 ? ticking.tell({ unlisted: [...unlisted] }) : null))
      .catch(failed)
  }

  async function settle(text: string, freshMs: number): Promise<void> {
    await loading.text(text, freshMs)
    await ticking.tell({ settled: [text] })
  }

  async function hearOnce(): Promise<void> {
    const heard = await wishes.hear(mark, ending.signal)
    mark = heard.mark
    for (const wish of heard.wishes) grant(wish)
  }

  /** One that follows does not listen: should it be the next to decide, it hears what its predecessor heard. */
  async function hearOn(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        if (publishing.isDeciding()) await hearOnce()
        else await pause(clock, RETRY_MS, ending.signal)
      } catch (error) {
        if (!(error instanceof BoardUnavailable)) log.error('wishes not heard', { error })
        await pause(clock, RETRY_MS, ending.signal)
      }
    }
  }

  function tell(): void {
    cancelTelling = clock.after(TELL_EVERY_MS, tell)
    if (publishing.isDeciding()) return
    for (const text of views.heldQueries()) wanted.wantQuery(text)
    // Whoever decides does this with every tick.
    wanted.tokens()
    const queries = wanted.queries().flatMap(({ text, isWatched }) => (isWatched ? [] : [text]))
    const tokens = wanted.singles()
    if (queries.length + tokens.length > 0) wishes.tell({ queries, tokens, sinceMs: null }).catch(() => {})
  }

  return {
    start() {
      hearing = hearOn()
      tell()
    },
    async stop() {
      ending.abort()
      cancelTelling()
      await hearing
    },
  }
}
