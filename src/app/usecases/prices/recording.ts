import { StoreUnavailable } from '../../../domain/errors.ts'
import { minuteOf } from '../../../domain/prices/recording.ts'
import type { Change } from '../../../domain/tokens/board.ts'
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
  let wasDeciding = false
  let written = 0
  let dropped = 0
  let failures = 0
  let underWay: Promise<void> | null = null
  let cancelRetry = () => {}

  function listen(changes: readonly Change[]): void {
    const isDeciding = board.isDeciding()
    if (isDeciding !== wasDeciding) turn(isDeciding)
    const queue = isDeciding ? ours : seen
    for (const record of newPrices(changes)) queue.add(record)
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

  const stopListening = board.onBoard((_, changes) => listen(changes))
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

/** What the board came to show: each new price or newer look at one, in the minute in which it was observed. */
function newPrices(changes: readonly Change[]): TokenRecord[] {
  return changes.flatMap(([before, after]) => (after === undefined || isShown(before, after) ? [] : recordsOf(after)))
}

function isShown(before: TokenRow | undefined, { priceUsd, observedAtMs }: TokenRow): boolean {
  if (before === undefined || !isFresh(before)) return false
  return before.priceUsd === priceUsd && before.observedAtMs === observedAtMs
}

function recordsOf(row: TokenRow): TokenRecord[] {
  const { id, symbol, name, priceUsd, observedAtMs, marketCapUsd } = row
  if (!isFresh(row) || priceUsd === null || observedAtMs === null) return []
  return [{ id, symbol, name, record: minuteOf({ priceUsd, observedAtMs, marketCapUsd }) }]
}

/** A held or stale row repeats an old price, of which nobody knows whether it still holds: it leaves a gap. */
function isFresh({ status }: TokenRow): boolean {
  return status === 'ok' || status === 'thin' || status === 'disputed'
}
