import { ServiceError } from '../../../domain/errors.ts'
import type { PriceRecord } from '../../../domain/prices/candle.ts'
import type { CoinRecord, TokenRecord } from '../../../ports/price-store.ts'

/** PostgreSQL keeps every text but one with U+0000, and one that is no Unicode text at all. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000')
}

/** A label as a source wrote it, as far as it can be kept. */
export function storable(label: string | null): string | null {
  return label?.toWellFormed().replaceAll('\u0000', '') ?? null
}

/** How texts that differ only in case are found to be the same. Here and not in SQL: databases differ in it. */
export function keyOf(text: string): string {
  return text.toLowerCase()
}

/** @throws ServiceError `invalid_body` for a text that cannot be kept; RangeError for a record that no caller may hand over */
export function checkDay({ symbol, name, record }: CoinRecord, grainMs: number): void {
  if (!isStorable(symbol) || !isStorable(name)) {
    throw new ServiceError('invalid_body', 'A symbol or name has a character that cannot be kept.')
  }
  checkRecord(record, grainMs)
}

/** @throws RangeError for a record that no caller may hand over */
export function checkMinute({ id, record }: TokenRecord, grainMs: number): void {
  if (!isStorable(id)) throw new RangeError('An id has a character that cannot be kept.')
  checkRecord(record, grainMs)
}

function checkRecord(record: PriceRecord, grainMs: number): void {
  const { openTimeMs, open, high, low, close, volume, marketCap } = record
  if (!Number.isSafeInteger(openTimeMs) || openTimeMs % grainMs !== 0) {
    throw new RangeError('A record begins on a boundary of its grain.')
  }
  if (![open, high, low, close, volume ?? 0, marketCap ?? 0].every(Number.isFinite)) {
    throw new RangeError('A record holds finite numbers.')
  }
}

/** A time that fits the columns; a caller may say "for ever" with an infinite one. */
export function timeOf(ms: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(ms)))
}
