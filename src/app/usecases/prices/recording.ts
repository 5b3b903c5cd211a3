import { StoreUnavailable } from '../../../domain/errors.ts'
import { minuteOf } from '../../../domain/prices/recording.ts'
import type { Change } from '../../../domain/tokens/board.ts'
import type { TokenId } from '../../../domain/tokens/identity.ts'
import type { TokenRow } from '../../../domain/tokens/row.ts'
import type { BoardWatch } from '../../../ports/board-watch.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { PriceStore, TokenRecord } from '../../../ports/price-store.ts'
import { recordingQueue } from './recording-queue.ts'

/** What waits while the store is away; beyond either the oldest minutes are given up. */
const MINUTES_MAX = 60
const RECORDS_MAX = 100_000
const BATCH = 2_000
const RETRY_MS = 1_000
const RETRY_MS_MAX = 30_000
const STOP_MS = 5_000
/** Whoever decides next writes what it saw last, too: of that its predecessor may not have written all. */
const MINUTES_SEEN = 2
/** A price this far ahead of its board is from before the clock was set back, and says nothing of what is newer. */
const AHEAD_MS = 5_000

/** Writes every published price into the history. Nobody ever waits for it. */
export interface Recording {
  figures(): RecordingFigures
  /** Writes what still waits, within five seconds. */
  stop(): Promise<void>
}

/** Minutes of tokens, each part of one counted. */
export interface RecordingFigures {
  readonly waiting: number
  readonly written: number
  /** Given up because the store was away for too long, or refused them. */
  readonly dropped: number
}

export interface RecordingParts {
  readonly board: Pick<BoardWatch, 'isDeciding' | 'onBoard'>
  readonly store: Pick<PriceStore, 'recordMinutes' | 'state'>
  readonly clock: Clock
  /** Is told of every failure: hand over a throttled one. */
  readonly log: Log
}

/**
 * Listens to the boards from now on. The instance that decides writes; the others remember the last two minutes, so
 * that one which takes over can write them again. Writing a part of a minute twice changes nothing.
 */
export function recording(parts: RecordingParts): Recording {
  const { board, store, clock, log } = parts
  const ours = recordingQueue()
  const seen = recordingQueue()
  const prices = newPrices()
  let wasDeciding = false
  let written = 0
  let dropped = 0
  let failures = 0
  let underWay: Promise<void> | null = null
  let cancelRetry = () => {}

  function listen(asOfMs: number, changes: readonly Change[]): void {
    const isDeciding = board.isDeciding()
    if (isDeciding !== wasDeciding) turn(isDeciding)
    const queue = isDeciding ? ours : seen
    for (const record of prices(asOfMs, changes)) queue.add(record)
    seen.keepMinutes(MINUTES_SEEN)
    giveUp(ours.keepMinutes(MINUTES_MAX) + ours.keepRecords(RECORDS_MAX))
    if (failures === 0) void write()
  }

  function turn(isDeciding: boolean): void {
    wasDeciding = isDeciding
    if (isDeciding) for (const record of seen.take(Number.POSITIVE_INFINITY)) ours.add(record)
    // The next one has seen it too, and more of it by now: ours would put back an older close.
    else ours.dropNewest()
  }

  function giveUp(records: number): void {
    if (records === 0) return
    dropped += records
    log.warn('prices not recorded: too many wait', { records, dropped })
  }

  function write(): Promise<void> {
    underWay ??= writeAll().finally(() => {
      underWay = null
    })
    return underWay
  }

  async function writeAll(): Promise<void> {
    while (ours.size() > 0) if (!(await writeBatch(ours.take(BATCH)))) return
  }

  /** @returns false when the store is to be left alone for a while */
  async function writeBatch(records: readonly TokenRecord[]): Promise<boolean> {
    try {
      await store.recordMinutes(records, clock.nowMs())
      written += records.length
      if (failures > 0) log.info('prices are recorded again', { dropped })
      failures = 0
      return true
    } catch (error) {
      failed(records, error)
      return false
    }
  }

  function failed(records: readonly TokenRecord[], error: unknown): void {
    failures += 1
    if (error instanceof StoreUnavailable) {
      ours.putBack(records)
      // While it opens for the first time nothing is wrong.
      const level = store.state().status === 'opening' ? 'debug' : 'warn'
      log[level]('prices wait to be recorded', { reason: error.message, waiting: ours.size() })
    } else {
      // A fault in one of them would come again with every try, and hold up all others.
      dropped += records.length
      log.error('prices not recorded', { records: records.length, dropped, error })
    }
    const waitMs = Math.min(RETRY_MS * 2 ** (failures - 1), RETRY_MS_MAX)
    cancelRetry = clock.after(waitMs, () => void write())
  }

  const stopListening = board.onBoard(({ asOfMs }, changes) => listen(asOfMs, changes))
  return {
    figures: () => ({ waiting: ours.size(), written, dropped }),
    async stop() {
      stopListening()
      cancelRetry()
      const { promise: tooLate, resolve } = Promise.withResolvers<void>()
      const cancel = clock.after(STOP_MS, resolve)
      await Promise.race([write().then(write), tooLate])
      cancel()
      cancelRetry()
      if (ours.size() > 0) log.warn('prices not recorded at the end', { records: ours.size() })
    },
  }
}

/** The prices among changes of the board that are news: those observed later than any before of their token. */
function newPrices() {
  const newestMs = new Map<TokenId, number>()
  const isNews = (row: TokenRow, asOfMs: number): boolean => {
    const newest = newestMs.get(row.id) ?? Number.NEGATIVE_INFINITY
    return isFresh(row) && ((row.observedAtMs ?? 0) > newest || newest > asOfMs + AHEAD_MS)
  }
  return (asOfMs: number, changes: readonly Change[]): TokenRecord[] => {
    const records: TokenRecord[] = []
    for (const [before, after] of changes) {
      if (after === undefined && before !== undefined) newestMs.delete(before.id)
      if (after === undefined || !isNews(after, asOfMs)) continue
      const { id, symbol, name, priceUsd, observedAtMs, marketCapUsd } = after
      if (priceUsd === null || observedAtMs === null) continue
      newestMs.set(id, observedAtMs)
      records.push({ id, symbol, name, record: minuteOf({ priceUsd, observedAtMs, marketCapUsd }) })
    }
    return records
  }
}

/** A held or stale row repeats an old price, of which nobody knows whether it still holds: it leaves a gap. */
function isFresh({ status }: TokenRow): boolean {
  return status === 'ok' || status === 'thin' || status === 'disputed'
}
