import { ServiceError, StoreUnavailable } from '../../src/domain/errors.ts'
import type { Ohlcv, Piece, PriceRecord, Range } from '../../src/domain/prices/candle.ts'
import type { Coin, DashboardRow } from '../../src/domain/prices/coin.ts'
import type {
  Asset,
  CoinRecord,
  Imported,
  PriceStore,
  StoreState,
  TokenLabel,
  TokenRecord,
} from '../../src/ports/price-store.ts'
import { boundariesOf } from './calendar.ts'
import { exactSum } from './exact-sum.ts'
import { LAST_MIGRATION } from './last-migration.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** One state of a record: what was there from one write until the next. */
interface Version {
  readonly record: PriceRecord
  readonly revision: number
  readonly fromMs: number
  readonly untilMs: number
}
/** The versions of each record by its opening time, the newest last. */
type Series = Map<number, Version[]>

/** A price history that is simple enough to be believed, for tests. It passes the contract of the real ones. */
export interface MemoryPriceStore extends PriceStore {
  /** From now on every method throws StoreUnavailable, and `state` gives the reason; null ends that. */
  fail(reason: string | null): void
}

export function memoryPriceStore(): MemoryPriceStore {
  const coins = new Map<string, { coin: Coin; days: Series }>()
  const tokens = new Map<string, { label: TokenLabel; minutes: Series }>()
  let failure: string | null = null
  const check = () => {
    if (failure !== null) throw new StoreUnavailable(failure)
  }
  const coinOf = (symbol: string) => coins.get(symbol.toLowerCase())
  const seriesOf = (asset: Asset): Series =>
    (asset.kind === 'coin' ? coinOf(asset.symbol)?.days : tokens.get(asset.id)?.minutes) ?? new Map()
  const minutesOf = (label: TokenLabel): Series => {
    const known = tokens.get(label.id)
    const { id } = label
    const symbol = cleaned(label.symbol) ?? known?.label.symbol ?? null
    const name = cleaned(label.name) ?? known?.label.name ?? null
    const minutes = known?.minutes ?? new Map()
    tokens.set(id, { label: { id, symbol, name }, minutes })
    return minutes
  }

  return {
    state: (): StoreState =>
      failure === null ? { status: 'ready', migration: LAST_MIGRATION } : { status: 'failed', reason: failure },
    fail(reason) {
      failure = reason
    },
    async coins() {
      check()
      return [...coins.values()].map(({ coin }) => coin).sort(by(({ symbol }) => symbol))
    },
    async dashboard(dayMs, symbols) {
      check()
      const asked = symbols === null ? [...coins.keys()] : [...new Set(symbols.map((symbol) => symbol.toLowerCase()))]
      const rows = asked.flatMap((key) => {
        const found = coins.get(key)
        const row = found === undefined ? null : dashboardRow(found.coin, found.days, dayMs)
        return row === null ? [] : [row]
      })
      return rows.sort(by(({ symbol }) => symbol))
    },
    async importDays(batches, nowMs) {
      check()
      const records: CoinRecord[] = []
      for await (const batch of batches) records.push(...batch)
      for (const { record } of records) checkRecord(record, DAY_MS)
      checkNames(
        records,
        [...coins.values()].map(({ coin }) => coin),
      )
      const last = new Map(records.map((row) => [`${row.symbol.toLowerCase()} ${row.record.openTimeMs}`, row]))
      const counts = { inserted: 0, updated: 0, unchanged: records.length - last.size }
      for (const { symbol, name, record } of last.values()) {
        const days = coinOf(symbol)?.days ?? new Map()
        coins.set(symbol.toLowerCase(), { coin: { symbol, name }, days })
        counts[putDay(days, record, nowMs)] += 1
      }
      return counts
    },
    async recordMinutes(records, nowMs) {
      check()
      checkMinutes(records)
      for (const row of records) minutesOf(row)
      const groups = Map.groupBy(records, ({ id, record }) => `${id} ${record.openTimeMs}`)
      for (const [first, ...more] of groups.values()) {
        if (first === undefined) continue
        const whole = more.reduce((record, row) => grow(record, row.record), plain(first.record))
        putMinute(minutesOf(first), whole, nowMs)
      }
    },
    async backfillMinutes(records, nowMs) {
      check()
      checkMinutes(records)
      const added = records.filter((row) => {
        const minutes = minutesOf(row)
        const isNew = !minutes.has(row.record.openTimeMs)
        if (isNew) append(minutes, plain(row.record), { revision: 1, atMs: nowMs })
        return isNew
      })
      return added.length
    },
    async pieces(asset, size, range, asOfMs, limit) {
      check()
      const grainMs = asset.kind === 'coin' ? DAY_MS : MINUTE_MS
      if ((asset.kind === 'coin') !== (size === '1d')) throw new RangeError(`There are no pieces of ${size}.`)
      const seen = visible(seriesOf(asset), grainMs, range, asOfMs)
      return rolledUp(seen, size === '1h' ? HOUR_MS : grainMs).slice(0, limit)
    },
    async boundaries(unit, zone, range) {
      check()
      return boundariesOf(unit, zone, range)
    },
    async extent(asset) {
      check()
      const times = [...seriesOf(asset).keys()]
      if (times.length === 0) return null
      return { grain: asset.kind === 'coin' ? '1d' : '1m', firstMs: Math.min(...times), lastMs: Math.max(...times) }
    },
    async tokens() {
      check()
      const recorded = [...tokens.values()].filter(({ minutes }) => minutes.size > 0)
      return recorded.map(({ label }) => label).sort(by(({ id }) => id))
    },
    async closesAt(ids, atMs, withinMs) {
      check()
      const found = new Map<string, number>()
      for (const id of ids) {
        const times = [...(tokens.get(id)?.minutes.keys() ?? [])]
        const openMs = Math.max(...times.filter((time) => time + MINUTE_MS <= atMs && time >= atMs - withinMs))
        const version = tokens.get(id)?.minutes.get(openMs)?.at(-1)
        if (version !== undefined) found.set(id, version.record.close)
      }
      return found
    },
  }
}

function putDay(days: Series, record: PriceRecord, nowMs: number): keyof Imported {
  const previous = days.get(record.openTimeMs)?.at(-1)
  if (previous !== undefined && isSame(previous.record, record)) return 'unchanged'
  append(days, plain(record), { revision: (previous?.revision ?? 0) + 1, atMs: nowMs })
  return previous === undefined ? 'inserted' : 'updated'
}

function putMinute(minutes: Series, record: PriceRecord, nowMs: number): void {
  const previous = minutes.get(record.openTimeMs)?.at(-1)
  if (previous === undefined) {
    append(minutes, plain(record), { revision: 1, atMs: nowMs })
    return
  }
  const grown = grow(previous.record, record)
  if (isSame(previous.record, grown)) return
  const atMs = Math.max(nowMs, previous.fromMs)
  if (record.openTimeMs + MINUTE_MS <= atMs) append(minutes, grown, { revision: previous.revision + 1, atMs })
  else minutes.get(record.openTimeMs)?.splice(-1, 1, { ...previous, record: grown, fromMs: atMs })
}

/** The newest version ends when the next one begins; a clock that was set back does not change their order. */
function append(series: Series, record: PriceRecord, { revision, atMs }: { revision: number; atMs: number }): void {
  const versions = series.get(record.openTimeMs) ?? []
  const last = versions.at(-1)
  const fromMs = Math.max(atMs, last?.fromMs ?? atMs)
  if (last !== undefined) versions.splice(-1, 1, { ...last, untilMs: fromMs })
  versions.push({ record, revision, fromMs, untilMs: Number.POSITIVE_INFINITY })
  series.set(record.openTimeMs, versions)
}

function grow(old: PriceRecord, more: PriceRecord): PriceRecord {
  return {
    openTimeMs: old.openTimeMs,
    open: old.open,
    high: Math.max(old.high, more.high),
    low: Math.min(old.low, more.low),
    close: more.close,
    volume: more.volume ?? old.volume,
    marketCap: more.marketCap ?? old.marketCap,
  }
}

function visible(series: Series, grainMs: number, { fromMs, toMs }: Range, asOfMs: number): Version[] {
  return [...series.entries()]
    .filter(([openMs]) => openMs >= fromMs && openMs < toMs && openMs + grainMs <= asOfMs)
    .sort(([a], [b]) => a - b)
    .flatMap(([, versions]) => versions.filter((version) => version.fromMs <= asOfMs && asOfMs < version.untilMs))
}

function rolledUp(versions: readonly Version[], sizeMs: number): Piece[] {
  const groups = Map.groupBy(versions, ({ record }) => Math.floor(record.openTimeMs / sizeMs) * sizeMs)
  return [...groups].map(([openTimeMs, group]) => {
    const records = group.map(({ record }) => record)
    const volumes = records.flatMap(({ volume }) => (volume === null ? [] : [volume]))
    return {
      openTimeMs,
      open: records[0]?.open ?? Number.NaN,
      high: Math.max(...records.map(({ high }) => high)),
      low: Math.min(...records.map(({ low }) => low)),
      close: records.at(-1)?.close ?? Number.NaN,
      volume: volumes.length === 0 ? null : exactSum(volumes),
      marketCap: records.at(-1)?.marketCap ?? null,
      records: records.length,
      revision: group.reduce((sum, { revision }) => sum + revision, 0),
    }
  })
}

function dashboardRow(coin: Coin, days: Series, dayMs: number): DashboardRow | null {
  const at = (timeMs: number) => days.get(timeMs)?.at(-1)?.record
  const recordedDayMs = Math.max(...[...days.keys()].filter((time) => time <= dayMs && time >= dayMs - 30 * DAY_MS))
  const record = at(recordedDayMs)
  if (record === undefined) return null
  const change = (daysBack: number) => {
    const base = at(recordedDayMs - daysBack * DAY_MS)?.close ?? 0
    const percent = ((record.close - base) / base) * 100
    return base !== 0 && Number.isFinite(percent) ? percent : null
  }
  const { close: price, volume, marketCap } = record
  return {
    ...coin,
    recordedDayMs,
    price,
    volume,
    marketCap,
    change1d: change(1),
    change7d: change(7),
    change30d: change(30),
  }
}

function isSame(a: Ohlcv, b: Ohlcv): boolean {
  return (['open', 'high', 'low', 'close', 'volume', 'marketCap'] as const).every((field) => a[field] === b[field])
}

/** Without what else a caller's object may carry. */
function plain({ openTimeMs, open, high, low, close, volume, marketCap }: PriceRecord): PriceRecord {
  return { openTimeMs, open, high, low, close, volume, marketCap }
}

function checkRecord(record: PriceRecord, grainMs: number): void {
  const { openTimeMs, open, high, low, close, volume, marketCap } = record
  if (openTimeMs % grainMs !== 0) throw new RangeError('A record begins on a boundary of its grain.')
  if (![open, high, low, close, volume ?? 0, marketCap ?? 0].every(Number.isFinite)) {
    throw new RangeError('A record holds finite numbers.')
  }
}

function checkMinutes(records: readonly TokenRecord[]): void {
  for (const { id, record } of records) {
    if (cleaned(id) !== id) throw new RangeError('An id has a character that cannot be kept.')
    checkRecord(record, MINUTE_MS)
  }
}

function checkNames(records: readonly CoinRecord[], known: readonly Coin[]): void {
  const owners = new Map(known.map(({ symbol, name }) => [name.toLowerCase(), symbol.toLowerCase()]))
  for (const { symbol, name } of records) {
    for (const text of [symbol, name]) {
      if (cleaned(text) !== text)
        throw new ServiceError('invalid_body', 'A symbol or name has a character that cannot be kept.')
    }
    const owner = owners.get(name.toLowerCase()) ?? symbol.toLowerCase()
    if (owner !== symbol.toLowerCase())
      throw new ServiceError('invalid_body', `The name of ${symbol} belongs to another coin.`)
    owners.set(name.toLowerCase(), owner)
  }
}

/** What a source says may be no Unicode text, or have a character that no database keeps. */
function cleaned(text: string | null): string | null {
  return text?.toWellFormed().replaceAll('\u0000', '') ?? null
}

/** By code point, which is not JavaScript's own order beyond U+FFFF. */
function by<T>(text: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => Buffer.compare(Buffer.from(text(a)), Buffer.from(text(b)))
}
