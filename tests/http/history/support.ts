import { priceService } from '../../../src/app/usecases/prices/prices.ts'
import type { PriceRecord } from '../../../src/domain/prices/candle.ts'
import type { Coin } from '../../../src/domain/prices/coin.ts'
import type { PriceStore, TokenLabel } from '../../../src/ports/price-store.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { testHttp } from '../../support/http.ts'
import { memoryPriceStore } from '../../support/memory-price-store.ts'

export const DAY_MS = 86_400_000
/** What the clock of these tests shows: a Friday. */
export const NOW_MS = Date.UTC(2026, 10, 20, 12)
export const MINT = 'So11111111111111111111111111111111111111112'
export const TOKEN: TokenLabel = { id: `solana:${MINT}`, symbol: 'SOL', name: 'Wrapped SOL' }
export const BTC: Coin = { symbol: 'BTC', name: 'Bitcoin' }

/** The routes over a history of the test's own. */
export function historyHttp(store: PriceStore = memoryPriceStore()) {
  const clock = fakeClock(NOW_MS)
  const http = testHttp({ prices: priceService({ store, clock }) })
  return {
    ...http,
    store,
    historyClock: clock,
    async json<T = Record<string, unknown>>(path: string): Promise<T> {
      const response = await http.get(path)
      const text = await response.text()
      if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text}`)
      return JSON.parse(text) as T
    },
  }
}

/** A record whose numbers are told apart easily. @param day `2021-07-06`, or an instant */
export function record(day: string, close: number, fields: Partial<PriceRecord> = {}): PriceRecord {
  const openTimeMs = Date.parse(day)
  return { openTimeMs, open: close - 1, high: close + 2, low: close - 2, close, volume: 10, marketCap: 100, ...fields }
}

export async function importCoin(store: PriceStore, coin: Coin, records: readonly PriceRecord[], nowMs = 0) {
  return store.importDays(
    (async function* () {
      yield records.map((one) => ({ ...coin, record: one }))
    })(),
    nowMs,
  )
}

export interface CandleBody {
  open_time: string
  open: number | null
  high: number | null
  low: number | null
  close: number | null
  volume: number | null
  market_cap: number | null
  closed: boolean
  coverage: number
  revision: number
}
export interface CandlesBody {
  data: CandleBody[]
  next_cursor: string | null
}
