import { SourceError, type SourceFailure, StoreUnavailable } from '../../../domain/errors.ts'
import { isBelievable, type KnownPast, missingDay, missingWeek } from '../../../domain/prices/backfill.ts'
import type { Range } from '../../../domain/prices/candle.ts'
import { networkOf } from '../../../domain/tokens/identity.ts'
import type { TokenRow } from '../../../domain/tokens/row.ts'
import type { BoardWatch } from '../../../ports/board-watch.ts'
import type { CandleSource, PastMinute } from '../../../ports/candle-source.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { PriceStore, TokenRecord } from '../../../ports/price-store.ts'
import type { Trends } from './trends.ts'

const MINUTE_MS = 60_000
/** At most one question in this time, however many calls are unused. */
const STEP_MS = 5_000
/** After which what has no answer is asked for again: a pool may be listed by then, or a market no longer silent. */
const FAILED_MS = 3_600_000
const DONE_MS = 6 * 3_600_000
/** The source, or the store, is left alone this long when it is not the token's fault. */
const PAUSE_MS = 60_000

/** Failures that say nothing about the question. */
const NOT_NOW: readonly SourceFailure[] = ['budget_spent', 'circuit_open', 'rate_limited']

/** Fills in, on the instance that decides, what was before anybody recorded: slowly, and only with spare calls. */
export interface Backfilling {
  start(): void
  /** Begins nothing any more; what is under way ends by itself, and is not written. */
  stop(): void
}

export interface BackfillParts {
  readonly board: BoardWatch
  readonly source: CandleSource
  readonly store: Pick<PriceStore, 'backfillMinutes' | 'state'>
  readonly trends: Pick<Trends, 'of' | 'lookAgain'>
  readonly clock: Clock
  /** Is told of every failure: hand over a throttled one. */
  readonly log: Log
}

/** In order: the change of seven days is for everybody, the chart of a day for those who ask. */
const MISSING = { week: missingWeek, day: missingDay } as const
const KINDS = ['week', 'day'] as const
type Kind = (typeof KINDS)[number]

/** A part of a token's past to be asked for. */
interface Gap {
  readonly key: string
  readonly row: TokenRow
  readonly pool: string
  readonly range: Range
}

/** How far one has come with a gap: newest first, as far back as one question reaches. */
interface Progress {
  readonly downToMs: number
  /** By the monotonic clock. */
  readonly restsUntilMs: number
}

export function backfilling(parts: BackfillParts): Backfilling {
  const { board, source, store, trends, clock, log } = parts
  const progress = new Map<string, Progress>()
  const ending = new AbortController()
  let pausedUntilMs = Number.NEGATIVE_INFINITY
  let isAsking = false
  let cancel = () => {}

  async function step(): Promise<void> {
    const mayAsk = board.isDeciding() && store.state().status === 'ready' && clock.monotonicMs() >= pausedUntilMs
    const gap = mayAsk && !isAsking ? nextGap() : null
    if (gap === null) return
    isAsking = true
    try {
      await fill(gap)
    } catch (error) {
      failed(gap, error)
    } finally {
      isAsking = false
    }
  }

  /** That of the most traded token which has one. */
  function nextGap(): Gap | null {
    const rows = [...board.ids()].map(board.row).filter((row) => row !== undefined && isAskable(row))
    for (const kind of KINDS) {
      const row = rows.filter((one) => one !== undefined && rangeOf(kind, one) !== null).reduce(moreTraded, undefined)
      if (row !== undefined) return gapOf(kind, row)
    }
    return null
  }

  function isAskable({ id, status, priceUsd }: TokenRow): boolean {
    return priceUsd !== null && (status === 'ok' || status === 'thin') && source.supports(networkOf(id))
  }

  function rangeOf(kind: Kind, row: TokenRow): Range | null {
    const known = progress.get(`${kind} ${row.id}`)
    if (known !== undefined && clock.monotonicMs() < known.restsUntilMs) return null
    const past = pastOf(row)
    const range = past === null ? null : MISSING[kind](past, clock.nowMs())
    if (range === null) return null
    const toMs = Math.min(range.toMs, known?.downToMs ?? range.toMs)
    return toMs <= range.fromMs ? null : { ...range, toMs }
  }

  function gapOf(kind: Kind, row: TokenRow): Gap | null {
    const key = `${kind} ${row.id}`
    const range = rangeOf(kind, row)
    const pool = board.poolOf(row.id, source.name)
    if (pool === null) remember(key, { restMs: FAILED_MS })
    return range === null || pool === null ? null : { key, row, pool, range }
  }

  /** Null while nobody has looked into the records. */
  function pastOf({ id, createdAtMs }: TokenRow): KnownPast | null {
    const trend = trends.of(id)
    return trend === undefined ? null : { hasWeekAgo: trend.weekAgo !== null, spark: trend.spark, createdAtMs }
  }

  async function fill(gap: Gap): Promise<void> {
    const { row, pool, range } = gap
    const limit = Math.min(source.minutesMax, (range.toMs - range.fromMs) / MINUTE_MS)
    await board.lendCall(source.name)
    const minutes = await source.minutes({ token: row.id, pool, beforeMs: range.toMs, limit }, ending.signal)
    if (ending.signal.aborted) return
    const records = recordsOf(gap, minutes)
    const added = records.length === 0 ? 0 : await store.backfillMinutes(records, clock.nowMs())
    log.debug('past prices filled in', { token: row.id, minutes: added, source: source.name })
    const oldestMs = minutes[0]?.openTimeMs ?? range.fromMs
    const isWhole = minutes.length < limit || oldestMs <= range.fromMs
    remember(gap.key, isWhole ? { restMs: DONE_MS } : { restMs: 0, downToMs: oldestMs })
    if (added > 0) trends.lookAgain([row.id])
  }

  /** A range ends before now: the running minute is ours to record. Volumes are of one pool, which is not the token's. */
  function recordsOf({ row, range }: Gap, minutes: readonly PastMinute[]): readonly TokenRecord[] {
    const inRange = minutes.filter(({ openTimeMs }) => openTimeMs >= range.fromMs && openTimeMs < range.toMs)
    const good = inRange.filter((minute) => isBelievable(minute, row.priceUsd ?? 0))
    const refused = inRange.length - good.length
    if (refused > 0)
      log.warn('past prices refused', { token: row.id, refused, of: inRange.length, priceUsd: row.priceUsd })
    const { id, symbol, name } = row
    return good.map((minute) => ({ id, symbol, name, record: { ...minute, volume: null, marketCap: null } }))
  }

  function failed({ key, row }: Gap, error: unknown): void {
    if (ending.signal.aborted) return
    if (error instanceof StoreUnavailable || (error instanceof SourceError && NOT_NOW.includes(error.reason))) {
      // A call that is not to be had now may be at the next step.
      if (!isSpent(error)) pausedUntilMs = clock.monotonicMs() + PAUSE_MS
      return
    }
    const isExpected = error instanceof SourceError
    log[isExpected ? 'info' : 'error']('past prices not to be had', { token: row.id, reason: String(error) })
    remember(key, { restMs: FAILED_MS })
  }

  function remember(key: string, { restMs, downToMs }: { readonly restMs: number; readonly downToMs?: number }): void {
    const restsUntilMs = clock.monotonicMs() + restMs
    progress.set(key, { downToMs: downToMs ?? Number.POSITIVE_INFINITY, restsUntilMs })
    for (const [other, { restsUntilMs: untilMs }] of progress) {
      // Long over: the token is no longer on the board, or nothing is missing.
      if (clock.monotonicMs() - untilMs > DONE_MS) progress.delete(other)
    }
  }

  return {
    start() {
      const again = () => {
        cancel = clock.after(STEP_MS, again)
        void step()
      }
      again()
    },
    stop() {
      cancel()
      ending.abort()
    },
  }
}

function isSpent(error: unknown): boolean {
  return error instanceof SourceError && error.reason === 'budget_spent'
}

function moreTraded(most: TokenRow | undefined, row: TokenRow | undefined): TokenRow | undefined {
  const volume = (one: TokenRow | undefined) => one?.volumeUsd['24h'] ?? -1
  return most === undefined || volume(row) > volume(most) ? row : most
}
