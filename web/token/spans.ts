const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Lengths of candles that are offered, with about how long one is. */
export const SPANS = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '4h': 240 * MINUTE_MS,
  '1d': DAY_MS,
  '1w': 7 * DAY_MS,
} as const
export type Span = keyof typeof SPANS

/** Where days begin: everywhere alike, or where the viewer is. */
export function zones(): readonly string[] {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  return timeZone === 'UTC' || timeZone === undefined ? ['UTC'] : ['UTC', timeZone]
}

/** The moment at which a candle begins, as far as it tells it from the others of its length. */
export function momentText(at: string, span: Span, timeZone: string): string {
  const day = { day: 'numeric', month: 'short' } as const
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const isOfDays = SPANS[span] >= DAY_MS
  const parts = isOfDays ? { ...day, year: 'numeric' as const } : { ...day, ...time }
  return new Date(at).toLocaleString('en-GB', { timeZone, ...parts })
}

/** Query of the candles that fill so many slots and end now. */
export function candleQuery({ span, zone, slots, nowMs }: CandleWish): string {
  const fromMs = nowMs - SPANS[span] * slots
  // A whole minute, so that looking again asks the same question.
  const from = new Date(Math.floor(fromMs / MINUTE_MS) * MINUTE_MS).toISOString()
  return `interval=${span}&from=${from}&limit=${slots + 1}&tz=${encodeURIComponent(zone)}&fill=null`
}

export interface CandleWish {
  readonly span: Span
  /** A name of the IANA list. */
  readonly zone: string
  readonly slots: number
  readonly nowMs: number
}
