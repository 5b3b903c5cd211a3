import type { PriceSpan } from '../../../domain/attention/moments.ts'
import { ServiceError } from '../../../domain/errors.ts'
import type { Candle, Interval } from '../../../domain/prices/candle.ts'
import type { TapInterval } from '../../../domain/taps/tap.ts'
import type { CandlePage, CandleRequest, PriceService } from '../../../ports/prices.ts'
import type { TapBucket } from '../../../ports/taps.ts'

/** A quarter of a year is put together from its months. */
const CANDLES: Readonly<Record<TapInterval, Interval>> = {
  minute: '1m',
  hour: '1h',
  day: '1d',
  week: '1w',
  month: '1M',
  quarter: '1M',
}
const PAGE = 1000

export interface Beside {
  readonly tokenId: string
  readonly buckets: readonly TapBucket[]
  readonly interval: TapInterval
  readonly zone: string
}

/**
 * Open and close of a token in those of the buckets in which anything was recorded of it, by the begin of the bucket.
 * @throws ServiceError `history_unavailable`
 */
export async function pricesIn(
  prices: Pick<PriceService, 'candles'>,
  { tokenId, buckets, interval, zone }: Beside,
): Promise<ReadonlyMap<number, PriceSpan>> {
  const [first, last] = [buckets[0], buckets.at(-1)]
  if (first === undefined || last === undefined) return new Map()
  const candles = await allCandles(prices, {
    asset: { kind: 'token', id: tokenId },
    interval: CANDLES[interval],
    from: { kind: 'instant', ms: first.startMs },
    to: { kind: 'instant', ms: last.endMs },
    zone,
    fill: 'none',
    asOfMs: null,
    limit: PAGE,
    cursor: null,
  })
  return spansOf(candles, buckets)
}

/** None of a token that was never recorded: that its taps stand alone is an answer too. */
async function allCandles(prices: Pick<PriceService, 'candles'>, request: CandleRequest): Promise<readonly Candle[]> {
  const candles: Candle[] = []
  try {
    let cursor: string | null = null
    do {
      const page: CandlePage = await prices.candles({ ...request, cursor })
      candles.push(...page.candles)
      cursor = page.nextCursor
    } while (cursor !== null)
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'token_not_found') return []
    throw error
  }
  return candles
}

/** Of candles in order, and buckets in order. */
function spansOf(candles: readonly Candle[], buckets: readonly TapBucket[]): ReadonlyMap<number, PriceSpan> {
  const spans = new Map<number, PriceSpan>()
  let next = 0
  for (const { startMs, endMs } of buckets) {
    const inside: Candle[] = []
    for (; next < candles.length; next += 1) {
      const candle = candles[next]
      if (candle === undefined || candle.openTimeMs >= endMs) break
      if (candle.openTimeMs >= startMs) inside.push(candle)
    }
    const open = inside[0]?.open
    const close = inside.at(-1)?.close
    if (typeof open === 'number' && typeof close === 'number') spans.set(startMs, { open, close })
  }
  return spans
}
