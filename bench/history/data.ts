import type { PriceRecord } from '../../src/domain/prices/candle.ts'
import type { CoinRecord, TokenRecord } from '../../src/ports/price-store.ts'

export const DAY_MS = 86_400_000
export const MINUTE_MS = 60_000
export const FIRST_DAY_MS = Date.UTC(2020, 0, 1)
export const TOKEN = 'solana:So11111111111111111111111111111111111111112'
const BATCH = 2_000

/** 0 to below 1, the same sequence for the same seed. */
export function randomly(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return state / 0x8000_0000
  }
}

/** Days of coins, one coin after the other, in batches. */
export async function* coinDays(coins: number, days: number): AsyncGenerator<readonly CoinRecord[]> {
  for (let coin = 0; coin < coins; coin++) {
    const symbol = symbolOf(coin)
    const records = walk(coin + 1, FIRST_DAY_MS, DAY_MS, days)
    for (const batch of batches(records)) yield batch.map((record) => ({ symbol, name: `Coin ${coin}`, record }))
  }
}

export function symbolOf(coin: number): string {
  return `C${coin}`
}

/** Minutes of one token, in batches. */
export function* tokenMinutes(minutes: number): Generator<readonly TokenRecord[]> {
  for (const batch of batches(walk(7, FIRST_DAY_MS, MINUTE_MS, minutes))) {
    yield batch.map((record) => ({ id: TOKEN, symbol: 'SOL', name: 'Wrapped SOL', record }))
  }
}

/** A random walk: each record opens where the one before closed. */
function* walk(seed: number, fromMs: number, stepMs: number, count: number): Generator<PriceRecord> {
  const random = randomly(seed)
  let open = 1 + random() * 1000
  for (let i = 0; i < count; i++) {
    const close = open * (0.98 + random() * 0.0401)
    const [low, high] = [Math.min(open, close) * 0.99, Math.max(open, close) * 1.01]
    const volume = random() * 1e9
    yield { openTimeMs: fromMs + i * stepMs, open, high, low, close, volume, marketCap: close * 1e7 }
    open = close
  }
}

function* batches<T>(items: Iterable<T>): Generator<readonly T[]> {
  let batch: T[] = []
  for (const item of items) {
    if (batch.push(item) < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
