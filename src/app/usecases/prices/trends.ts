import { hourEnds, weekBefore } from '../../../domain/prices/past-moments.ts'
import type { TokenId } from '../../../domain/tokens/identity.ts'
import { type Trend, WEEK_SLACK_MS } from '../../../domain/tokens/trend.ts'
import type { BoardWatch } from '../../../ports/board-watch.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { PriceStore } from '../../../ports/price-store.ts'
import type { PriceTrends } from '../../../ports/price-trends.ts'

const HOUR_MS = 3_600_000
/** All tokens of the board are looked at this often; those that are new to it with the next beat. */
const EVERY_MS = 60_000
const BEAT_MS = 2_000
/** A store that could not answer is left alone this long. */
const REST_MS = 10_000

/** Keeps at hand, on the instance that decides, what the records say of the tokens on the board. */
export interface Trends extends PriceTrends {
  start(board: Pick<BoardWatch, 'isDeciding' | 'ids'>): void
  stop(): void
  /** To be called when something was written into the past of these tokens. */
  lookAgain(ids: readonly string[]): void
}

export interface TrendParts {
  readonly store: Pick<PriceStore, 'closesAt' | 'state'>
  readonly clock: Clock
  /** Is told of every failure: hand over a throttled one. */
  readonly log: Log
}

interface Known {
  readonly trend: Trend
  /** Closes by the end of their hour; null where nothing was recorded. */
  readonly hours: ReadonlyMap<number, number | null>
}

export function priceTrends({ store, clock, log }: TrendParts): Trends {
  const known = new Map<TokenId, Known>()
  const stale = new Set<string>()
  let changed = new Set<TokenId>()
  let lookedMs = Number.NEGATIVE_INFINITY
  let restsUntilMs = Number.NEGATIVE_INFINITY
  let isLooking = false
  let cancel = () => {}

  async function beat(board: Parameters<Trends['start']>[0]): Promise<void> {
    if (isLooking || store.state().status === 'opening') return
    // Whoever decides is asked; what was known here would be old by the time this instance decides.
    if (!board.isDeciding()) return forget()
    if (clock.monotonicMs() < restsUntilMs) return
    const isDue = clock.monotonicMs() - lookedMs >= EVERY_MS
    const ids = [...board.ids()].filter((id) => isDue || stale.has(id) || !known.has(id))
    if (ids.length === 0) return
    isLooking = true
    if (isDue) lookedMs = clock.monotonicMs()
    try {
      await look(ids)
      if (isDue) keepOnly(new Set(board.ids()))
    } catch (error) {
      restsUntilMs = clock.monotonicMs() + REST_MS
      log.warn('past prices not read', { reason: String(error) })
    } finally {
      isLooking = false
    }
  }

  async function look(ids: readonly TokenId[]): Promise<void> {
    const again = ids.filter((id) => stale.delete(id))
    try {
      const nowMs = clock.nowMs()
      const atMs = weekBefore(nowMs)
      const weekAgo = await store.closesAt(ids, atMs, WEEK_SLACK_MS)
      const ends = hourEnds(nowMs)
      const hours = await hoursOf(ids, ends, new Set(again))
      for (const id of ids) {
        const priceUsd = weekAgo.get(id)
        learn(id, priceUsd === undefined ? null : { priceUsd, atMs }, [ends, hours.get(id) ?? new Map()])
      }
    } catch (error) {
      for (const id of again) stale.add(id)
      throw error
    }
  }

  /** The closes of each token by hour. What is known is not asked for again, for a closed hour hardly ever changes. */
  async function hoursOf(ids: readonly TokenId[], ends: readonly number[], again: ReadonlySet<TokenId>) {
    const hours = new Map(ids.map((id) => [id, new Map<number, number | null>()]))
    for (const [i, endMs] of ends.entries()) {
      const standing = (id: TokenId) => (again.has(id) ? undefined : known.get(id)?.hours.get(endMs))
      const isNewest = i === ends.length - 1
      // The store may have been away when the newest hour ended: what it lacks may come yet.
      const missing = ids.filter((id) => standing(id) === undefined || (isNewest && standing(id) === null))
      const closes = missing.length === 0 ? new Map<string, number>() : await store.closesAt(missing, endMs, HOUR_MS)
      for (const id of ids) hours.get(id)?.set(endMs, closes.get(id) ?? standing(id) ?? null)
    }
    return hours
  }

  function learn(id: TokenId, weekAgo: Trend['weekAgo'], [ends, hours]: readonly [readonly number[], Known['hours']]) {
    const points = ends.map((endMs) => hours.get(endMs) ?? null)
    const spark = points.every((point) => point === null) ? null : points
    const before = known.get(id)?.trend
    const trend: Trend = { weekAgo, spark: isSameSpark(before?.spark, spark) ? (before?.spark ?? null) : spark }
    known.set(id, { trend, hours })
    if (before === undefined || before.spark !== trend.spark || !isSamePast(before.weekAgo, weekAgo)) changed.add(id)
  }

  function keepOnly(ids: ReadonlySet<TokenId>): void {
    for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
    for (const id of stale) if (!known.has(id as TokenId)) stale.delete(id)
  }

  function forget(): void {
    known.clear()
    stale.clear()
    changed = new Set()
    lookedMs = Number.NEGATIVE_INFINITY
  }

  return {
    of: (id) => known.get(id)?.trend,
    hasChanged: () => changed.size > 0,
    takeChanged() {
      const taken = changed
      changed = new Set()
      return taken
    },
    start(board) {
      const again = () => {
        cancel = clock.after(BEAT_MS, again)
        void beat(board)
      }
      again()
    },
    stop: () => cancel(),
    lookAgain(ids) {
      for (const id of ids) stale.add(id)
    },
  }
}

function isSamePast(a: Trend['weekAgo'], b: Trend['weekAgo']): boolean {
  return a?.priceUsd === b?.priceUsd && a?.atMs === b?.atMs
}

function isSameSpark(a: Trend['spark'] | undefined, b: Trend['spark']): boolean {
  return a === b || (a != null && b !== null && a.every((point, i) => point === b[i]))
}
