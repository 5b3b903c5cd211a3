import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { CoinRecord, PriceStore } from '../../../src/ports/price-store.ts'
import { CHECKOUT } from '../../support/checkout.ts'
import { memoryPriceStore } from '../../support/memory-price-store.ts'
import { type PostgresServer, skipPostgres, startPostgres } from '../../support/postgres.ts'
import { embeddedStore, postgresStore, type StoreForTests, tempFolder } from '../../support/stores.ts'
import { type CandlesBody, DAY_MS, historyHttp } from './support.ts'

/** Prices of real coins and the answers that two other programs computed from them; not ours to publish. */
const DATA = join(CHECKOUT, '../shared/data')
const isThere = existsSync(join(DATA, 'expected/dashboard-sample.json'))

interface Row {
  readonly symbol: string
  readonly name: string
  readonly dayMs: number
  readonly numbers: Record<'High' | 'Low' | 'Open' | 'Close' | 'Volume' | 'Marketcap', string>
}

/** The files as they are, without quotes and without damage: no reader of ours. */
function readRows(): Row[] {
  return globSync(join(DATA, 'coins/*.csv')).flatMap((path) => {
    const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n')
    const names = head.trim().split(',')
    return lines.map((line) => {
      const cells = Object.fromEntries(
        line
          .trim()
          .split(',')
          .map((cell, i) => [names[i], cell]),
      ) as Record<string, string>
      const dayMs = Date.parse(`${cells['Date']?.slice(0, 10)}T00:00:00Z`)
      return { symbol: cells['Symbol'] ?? '', name: cells['Name'] ?? '', dayMs, numbers: cells as Row['numbers'] }
    })
  })
}

/** Two coins whole, one of them with gaps and one in tiny numbers; of the others what the dashboards look at: a database is slow to fill. */
const WHOLE = ['USDT', 'DOGE']
function excerpt(rows: readonly Row[], cases: readonly Case[]): Row[] {
  const days = cases.map(({ date }) => Date.parse(date))
  const isNear = (dayMs: number) => days.some((day) => dayMs <= day && dayMs >= day - 60 * DAY_MS)
  return rows.filter(({ symbol, dayMs }) => WHOLE.includes(symbol) || isNear(dayMs))
}

function asRecord({ symbol, name, dayMs, numbers }: Row): CoinRecord {
  const { Open, High, Low, Close, Volume, Marketcap } = numbers
  const record = {
    openTimeMs: dayMs,
    open: Number(Open),
    high: Number(High),
    low: Number(Low),
    close: Number(Close),
    volume: Number(Volume),
    marketCap: Number(Marketcap),
  }
  return { symbol, name, record }
}

interface Case {
  readonly case: number
  readonly date: string
  readonly ids: string[] | null
  readonly order: string | null
  readonly expected: (Record<string, number | string | null> & { symbol: string; name: string; record_date: string })[]
}

interface Engine {
  readonly store: PriceStore
  close(): Promise<void>
}
let postgres: PostgresServer | null = null
afterAll(() => postgres?.stop())

const ENGINES: [name: string, skip: boolean, open: () => Promise<Engine>][] = [
  ['in memory', false, async () => ({ store: memoryPriceStore(), close: async () => {} })],
  ['embedded', false, openEmbedded],
  ['PostgreSQL', skipPostgres, openPostgres],
]

async function openEmbedded(): Promise<Engine> {
  const folder = await tempFolder()
  const opened = embeddedStore(folder.path)
  await ready(opened)
  return {
    store: opened.store,
    async close() {
      await opened.close()
      folder.remove()
    },
  }
}

async function openPostgres(): Promise<Engine> {
  postgres = await startPostgres()
  const opened = postgresStore(postgres.newDatabase())
  await ready(opened)
  return opened
}

async function ready({ store }: StoreForTests): Promise<void> {
  await vi.waitFor(() => expect(store.state().status).toBe('ready'), { timeout: 200_000 })
}

const close = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b))

describe.skipIf(!isThere).each(ENGINES)(`sixteen real coins, %s (skipped without their files)`, (name, skip, open) => {
  const { cases } = isThere
    ? (JSON.parse(readFileSync(join(DATA, 'expected/dashboard-sample.json'), 'utf8')) as { cases: Case[] })
    : { cases: [] }
  const all = isThere ? readRows() : []
  const isDatabase = name !== 'in memory'
  const rows = isDatabase ? excerpt(all, cases) : all
  const whole = isDatabase ? WHOLE : [...new Set(rows.map((row) => row.symbol))]
  let engine: Engine
  let http: ReturnType<typeof historyHttp>
  beforeAll(async () => {
    if (skip) return
    engine = await open()
    await engine.store.importDays(
      (async function* () {
        for (let at = 0; at < rows.length; at += 5000) yield rows.slice(at, at + 5000).map(asRecord)
      })(),
      Date.UTC(2026, 0),
    )
    http = historyHttp(engine.store)
  }, 300_000)
  afterAll(() => engine?.close())

  test.skipIf(skip)('are 33 known dashboards', async () => {
    expect(cases).toHaveLength(33)
    for (const { case: number, date, ids, order, expected } of cases) {
      const query = new URLSearchParams({ date, ...(ids !== null && { id: ids.join(',') }) })
      const [field, direction] = order?.split(' ') ?? []
      if (field !== undefined && direction !== undefined) {
        query.set('order_by', field)
        query.set('order_type', direction)
      }
      const response = await http.get(`/dashboard?${query}`)
      expect(response.status, `case ${number}`).toBe(expected.length === 0 ? 204 : 200)
      const body = expected.length === 0 ? [] : ((await response.json()) as Record<string, number | string | null>[])
      expect(
        body.map(({ symbol }) => symbol),
        `case ${number}`,
      ).toEqual(expected.map(({ symbol }) => symbol))
      body.forEach((row, i) => {
        const want = expected[i]
        expect([row['crypto'], row['price'], row['24h-volume'], row['market-cap']]).toEqual([
          want?.name,
          want?.['price'],
          want?.['24h-volume'],
          want?.['market-cap'],
        ])
        for (const key of ['24h', '7d', '1m']) {
          const [got, wanted] = [row[key], want?.[key]]
          if (typeof wanted === 'number') expect(close(Number(got), wanted), `case ${number} ${key}`).toBe(true)
          else expect(got, `case ${number} ${row['symbol']} ${key}`).toBeNull()
        }
      })
    }
  })

  test.skipIf(skip)('are on /v1 what they are on /dashboard, but for zeros', async () => {
    for (const { date, expected } of cases.filter(({ ids, order }) => ids === null && order !== null)) {
      const { data } = await http.json<{ data: Record<string, unknown>[] }>(`/v1/coins?date=${date}&limit=1000`)
      const bySymbol = new Map(data.map((coin) => [coin['symbol'], coin]))
      expect(data).toHaveLength(expected.length)
      for (const row of expected) {
        const coin = bySymbol.get(row.symbol)
        expect(coin).toMatchObject({
          date: row.record_date,
          price_usd: row['price'],
          volume_usd: row['24h-volume'] === 0 ? null : row['24h-volume'],
          market_cap_usd: row['market-cap'] === 0 ? null : row['market-cap'],
        })
      }
    }
  })

  test.skipIf(skip).each(['1w', '1M'] as const)(
    'roll up to %s as a computation of another kind does',
    async (interval) => {
      for (const symbol of whole) {
        const { data, next_cursor } = await http.json<CandlesBody>(
          `/v1/coins/${symbol}/candles?interval=${interval}&limit=1000`,
        )
        expect(next_cursor).toBeNull()
        expect(data).toEqual(
          rolledUp(
            rows.filter((row) => row.symbol === symbol),
            interval,
          ),
        )
      }
    },
  )
})

/** With JavaScript's own calendar, and volumes as whole numbers of 10^-20 USD. */
function rolledUp(rows: readonly Row[], interval: '1w' | '1M') {
  const groups = Map.groupBy(rows, ({ dayMs }) => {
    const day = new Date(dayMs)
    if (interval === '1M') return Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1)
    return dayMs - ((day.getUTCDay() + 6) % 7) * DAY_MS
  })
  return [...groups].map(([beginMs, days]) => {
    const begin = new Date(beginMs)
    const endMs =
      interval === '1w' ? beginMs + 7 * DAY_MS : Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + 1, 1)
    const volume = days.reduce((sum, { numbers }) => sum + scaled(numbers.Volume), 0n)
    return {
      open_time: begin.toISOString(),
      open: Number(days[0]?.numbers.Open),
      high: Math.max(...days.map(({ numbers }) => Number(numbers.High))),
      low: Math.min(...days.map(({ numbers }) => Number(numbers.Low))),
      close: Number(days.at(-1)?.numbers.Close),
      volume: Number(`${volume}e-20`) || null,
      market_cap: Number(days.at(-1)?.numbers.Marketcap) || null,
      closed: true,
      coverage: days.length / ((endMs - beginMs) / DAY_MS),
      revision: days.length,
    }
  })
}

function scaled(text: string): bigint {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return BigInt(whole + fraction.padEnd(20, '0').slice(0, 20)) * 10n ** BigInt(Number(exponent))
}
