import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { DashboardRow } from '../../src/domain/prices/coin.ts'
import type { CoinRecord } from '../../src/ports/price-store.ts'
import { CHECKOUT } from './checkout.ts'

const FOLDER = `${CHECKOUT}../shared/data`

/** Why the sample of real prices is not used; null when it is there. It lies beside the checkout, if at all. */
export const noSample: string | null = existsSync(FOLDER) ? null : 'no sample of real prices beside the checkout'

/** Of one day, by what two independent programs agree on. */
export interface SampleCase {
  /** `2021-07-06` */
  readonly date: string
  readonly ids: readonly string[] | null
  readonly expected: readonly SampleRow[]
}
export interface SampleRow {
  readonly symbol: string
  readonly name: string
  readonly record_date: string
  readonly price: number
  readonly '24h-volume': number
  readonly 'market-cap': number
  readonly '24h': number | null
  readonly '7d': number | null
  readonly '1m': number | null
}

export function sampleCases(): readonly SampleCase[] {
  return JSON.parse(readFileSync(`${FOLDER}/expected/dashboard-sample.json`, 'utf8')).cases
}

/** Sixteen coins, a file in each batch. */
export async function* sampleCoins(): AsyncGenerator<CoinRecord[]> {
  for (const name of readdirSync(`${FOLDER}/coins`)) {
    const [, ...lines] = readFileSync(`${FOLDER}/coins/${name}`, 'utf8').trim().split('\n')
    yield lines.map(recordOf)
  }
}

/** SNo,Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap */
function recordOf(line: string): CoinRecord {
  const [, name = '', symbol = '', date = '', ...numbers] = line.split(',')
  const [high = 0, low = 0, open = 0, close = 0, volume = 0, marketCap = 0] = numbers.map(Number)
  const openTimeMs = Date.parse(`${date.slice(0, 10)}T00:00Z`)
  return { symbol, name, record: { openTimeMs, open, high, low, close, volume, marketCap } }
}

export function asSample(row: DashboardRow): SampleRow {
  const { symbol, name, recordedDayMs, price, volume, marketCap, change1d, change7d, change30d } = row
  return {
    symbol,
    name,
    record_date: new Date(recordedDayMs).toISOString().slice(0, 10),
    price,
    '24h-volume': volume ?? Number.NaN,
    'market-cap': marketCap ?? Number.NaN,
    '24h': change1d,
    '7d': change7d,
    '1m': change30d,
  }
}
