import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ServiceError } from '../../src/domain/errors.ts'
import type { PriceRecord } from '../../src/domain/prices/candle.ts'
import type { CoinRecord, PriceStore, TokenRecord } from '../../src/ports/price-store.ts'
import { boundariesOf } from '../support/calendar.ts'
import { LAST_MIGRATION } from '../support/last-migration.ts'
import { memoryPriceStore } from '../support/memory-price-store.ts'
import { noPostgres, skipPostgres, startPostgres } from '../support/postgres.ts'
import { asSample, noSample, type SampleRow, sampleCases, sampleCoins } from '../support/sample-coins.ts'
import { embeddedStore, newEngineFolder, postgresStore, tempFolder } from '../support/stores.ts'

interface Bench {
  /** Empty. */
  fresh(): Promise<PriceStore>
  release(): Promise<void>
}

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000
const NEVER_MS = Number.MAX_SAFE_INTEGER
const ALL = { fromMs: 0, toMs: NEVER_MS }
const T0 = Date.UTC(2026, 10, 20, 12)

suite('memory', openMemory)
suite('embedded', openEmbedded)
describe.skipIf(skipPostgres)(`${noPostgres === null ? '' : `skipped: ${noPostgres}`}`, () => {
  suite('PostgreSQL', openPostgres)
})

function suite(name: string, open: () => Promise<Bench>): void {
  describe(`price store: ${name}`, () => {
    let bench: Bench
    let store: PriceStore
    beforeAll(async () => {
      bench = await open()
    }, 120_000)
    afterAll(() => bench?.release())
    const begin = async () => {
      store = await bench.fresh()
    }
    describe('coins', () => coins(begin, () => store))
    describe('minutes', () => minutes(begin, () => store))
    describe('the calendar', () => calendar(begin, () => store))
  })
}

function coins(begin: () => Promise<void>, store: () => PriceStore): void {
  const symbols = async () => (await store().coins()).map(({ symbol }) => symbol)

  test('are none before the first import, and ready to be asked', async () => {
    await begin()
    expect(store().state()).toEqual({ status: 'ready', migration: LAST_MIGRATION })
    expect(await store().coins()).toEqual([])
    expect(await store().dashboard(DAY, null)).toEqual([])
    expect(await store().extent({ kind: 'coin', symbol: 'BTC' })).toBeNull()
    expect(await store().pieces({ kind: 'coin', symbol: 'BTC' }, '1d', ALL, NEVER_MS, 9)).toEqual([])
    expect(await store().importDays(batches([]), T0)).toEqual({ inserted: 0, updated: 0, unchanged: 0 })
  })

  test('are created by an import, and listed by code point', async () => {
    await begin()
    const names = ['b', 'Z', '\u{1F600}', '\uFFFD', 'A']
    await store().importDays(batches(names.map((symbol) => dayOf(symbol, 1))), T0)
    expect(await symbols()).toEqual(['A', 'Z', 'b', '\uFFFD', '\u{1F600}'])
    expect(await store().coins()).toContainEqual({ symbol: 'b', name: 'name of b' })
  })

  test('keep every double to the last bit', async () => {
    await begin()
    const values = [
      0,
      5e-324,
      2.2250738585072014e-308,
      0.1,
      1 / 3,
      123456789.12345678,
      2 ** 53 + 2,
      1.7976931348623157e308,
    ]
    const records = values.map((close, day) => dayOf('X', day, { close, volume: close, marketCap: close }))
    await store().importDays(batches(records), T0)
    const found = await days('X')
    expect(found.map(({ close }) => close)).toEqual(values)
    expect(found.map(({ marketCap }) => marketCap)).toEqual(values)
    expect(found.map(({ volume }) => Number(volume))).toEqual(values)
    expect(found[4]?.volume).toBe('0.3333333333333333')
    expect(found[7]?.volume).toMatch(/^17976931348623157\d{292}$/)
  })

  test('count what an import inserted, updated and left as it was', async () => {
    await begin()
    const file = [dayOf('A', 1), dayOf('A', 2), dayOf('B', 1, { volume: null })]
    expect(await store().importDays(batches(file.slice(0, 2), file.slice(2)), T0)).toEqual({
      inserted: 3,
      updated: 0,
      unchanged: 0,
    })
    expect(await store().importDays(batches(file), T0 + 1)).toEqual({ inserted: 0, updated: 0, unchanged: 3 })
    const next = [dayOf('A', 1, { close: 9 }), dayOf('A', 2), dayOf('B', 1, { volume: 0 }), dayOf('B', 2)]
    expect(await store().importDays(batches(next), T0 + 2)).toEqual({ inserted: 1, updated: 2, unchanged: 1 })
  })

  test('take the last of several records of one day, and count the others as unchanged', async () => {
    await begin()
    const twice = batches([dayOf('A', 1, { close: 1 })], [dayOf('A', 1, { close: 2 }), dayOf('a', 1, { close: 3 })])
    expect(await store().importDays(twice, T0)).toEqual({ inserted: 1, updated: 0, unchanged: 2 })
    expect(await days('A')).toMatchObject([{ close: 3, revision: 1 }])
  })

  test('are written all or none, and the error of the reader is the one that is thrown', async () => {
    await begin()
    const broken = new Error('line 3')
    const reader = async function* () {
      yield [dayOf('A', 1)]
      yield [dayOf('A', 2)]
      throw broken
    }
    await expect(store().importDays(reader(), T0)).rejects.toBe(broken)
    expect(await store().coins()).toEqual([])
    expect(await store().importDays(batches([dayOf('A', 1)]), T0)).toMatchObject({ inserted: 1 })
  })

  test('are one coin whatever the case, under the spelling of the newest import', async () => {
    await begin()
    await store().importDays(batches([dayOf('btc', 1, {}, 'Bitcoin')]), T0)
    await store().importDays(batches([dayOf('BTC', 2, {}, 'bitcoin')]), T0)
    expect(await store().coins()).toEqual([{ symbol: 'BTC', name: 'bitcoin' }])
    expect(await store().extent({ kind: 'coin', symbol: 'Btc' })).toEqual({
      grain: '1d',
      firstMs: DAY,
      lastMs: 2 * DAY,
    })
  })

  test('refuse a name that belongs to another symbol, and then write nothing', async () => {
    await begin()
    await store().importDays(batches([dayOf('A', 1, {}, 'Alpha')]), T0)
    const theirs = store().importDays(batches([dayOf('C', 1), dayOf('B', 1, {}, 'ALPHA')]), T0)
    await expect(theirs).rejects.toThrow(ServiceError)
    await expect(theirs).rejects.toMatchObject({ code: 'invalid_body' })
    const same = store().importDays(batches([dayOf('D', 1, {}, 'Delta'), dayOf('E', 1, {}, 'delta')]), T0)
    await expect(same).rejects.toMatchObject({ code: 'invalid_body' })
    expect(await symbols()).toEqual(['A'])
  })

  test('refuse texts that no database keeps, and are not found by them', async () => {
    await begin()
    for (const text of ['A\u0000', '\uD800', '\uDC00\uD800']) {
      await expect(store().importDays(batches([dayOf(text, 1)]), T0)).rejects.toMatchObject({ code: 'invalid_body' })
      const named = store().importDays(batches([dayOf('A', 1, {}, text)]), T0)
      await expect(named).rejects.toMatchObject({ code: 'invalid_body' })
      expect(await store().dashboard(DAY, [text])).toEqual([])
      expect(await store().pieces({ kind: 'coin', symbol: text }, '1d', ALL, NEVER_MS, 9)).toEqual([])
      expect(await store().extent({ kind: 'coin', symbol: text })).toBeNull()
    }
    const odd = `'"\\; drop table coin -- \u2028 %s $1 {}`
    await store().importDays(batches([dayOf(odd, 1, {}, odd)]), T0)
    expect(await store().coins()).toEqual([{ symbol: odd, name: odd }])
    expect(await store().dashboard(DAY, [odd])).toHaveLength(1)
  })

  test('refuse as mistakes what no day of a coin can be', async () => {
    await begin()
    for (const wrong of [
      { openTimeMs: 1 },
      { close: Number.NaN },
      { high: Number.POSITIVE_INFINITY },
      { openTimeMs: 0.5 },
    ]) {
      await expect(store().importDays(batches([dayOf('A', 1, wrong)]), T0)).rejects.toThrow(RangeError)
    }
    expect(await store().coins()).toEqual([])
    await expect(store().pieces({ kind: 'coin', symbol: 'A' }, '1h', ALL, NEVER_MS, 9)).rejects.toThrow(RangeError)
  })

  test('show on the dashboard their last record of thirty days, and the change since exact days', async () => {
    await begin()
    const closes = [
      [10, 100],
      [33, 50],
      [39, 0],
      [40, 110],
    ] as const
    await store().importDays(batches(closes.map(([day, close]) => dayOf('A', day, { close }))), T0)
    const row = async (day: number) => (await store().dashboard(day * DAY, null))[0]
    expect(await row(9)).toBeUndefined()
    expect(await row(10)).toMatchObject({
      recordedDayMs: 10 * DAY,
      price: 100,
      change1d: null,
      change7d: null,
      change30d: null,
    })
    expect(await row(32)).toMatchObject({ recordedDayMs: 10 * DAY })
    expect(await row(39)).toMatchObject({ price: 0, change1d: null, change7d: null })
    const last = { price: 110, change1d: null, change7d: 120, change30d: 10 }
    expect(await row(40)).toMatchObject({ recordedDayMs: 40 * DAY, ...last })
    expect(await row(70)).toMatchObject({ recordedDayMs: 40 * DAY, ...last })
    expect(await row(71)).toBeUndefined()
  })

  test('show no change that is too large to be a number', async () => {
    await begin()
    await store().importDays(batches([dayOf('A', 1, { close: 5e-324 }), dayOf('A', 2, { close: 1e308 })]), T0)
    expect(await store().dashboard(2 * DAY, null)).toMatchObject([{ price: 1e308, change1d: null }])
  })

  test('are picked for the dashboard by symbol, once each, in the order of symbols', async () => {
    await begin()
    await store().importDays(batches(['C', 'a', 'B'].map((symbol) => dayOf(symbol, 1))), T0)
    const picked = await store().dashboard(DAY, ['b', 'A', 'B', 'nobody'])
    expect(picked.map(({ symbol }) => symbol)).toEqual(['B', 'a'])
    expect(await store().dashboard(DAY, [])).toEqual([])
  })

  test('are answered as they were at a time, before it was corrected', async () => {
    await begin()
    const at = (close: number) => batches([dayOf('A', 1, { close }), dayOf('A', 2)])
    await store().importDays(at(1), T0)
    await store().importDays(at(2), T0 + 1000)
    await store().importDays(at(3), T0 + 500)
    const closes = async (asOfMs: number) => (await days('A', asOfMs)).map(({ close, revision }) => [close, revision])
    expect(await closes(T0 - 1)).toEqual([])
    expect((await closes(T0))[0]).toEqual([1, 1])
    expect((await closes(T0 + 999))[0]).toEqual([1, 1])
    // A clock that was set back does not put a later correction before an earlier one.
    expect(await closes(T0 + 1000)).toEqual([
      [3, 3],
      [1, 1],
    ])
  })

  test('are not shown a day that is not over', async () => {
    await begin()
    await store().importDays(batches([dayOf('A', 1), dayOf('A', 2)]), 0)
    expect(await days('A', 2 * DAY - 1)).toEqual([])
    expect(await days('A', 2 * DAY)).toHaveLength(1)
    expect(await days('A', 3 * DAY)).toHaveLength(2)
  })

  test('give pieces of a half-open range, oldest first, and no more than asked for', async () => {
    await begin()
    await store().importDays(batches([4, 2, 3, 1].map((day) => dayOf('A', day))), T0)
    const pieces = (fromMs: number, toMs: number, limit: number) =>
      store().pieces({ kind: 'coin', symbol: 'A' }, '1d', { fromMs, toMs }, NEVER_MS, limit)
    const open = async (...args: Parameters<typeof pieces>) =>
      (await pieces(...args)).map(({ openTimeMs }) => openTimeMs / DAY)
    expect(await open(2 * DAY, 4 * DAY, 9)).toEqual([2, 3])
    expect(await open(DAY + 1, 4 * DAY + 1, 2)).toEqual([2, 3])
    expect(await open(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 9)).toEqual([1, 2, 3, 4])
    expect(await open(3 * DAY, 2 * DAY, 9)).toEqual([])
    expect(await open(0, NEVER_MS, 0)).toEqual([])
  })

  test.skipIf(noSample !== null)(
    `give the answers of two other programs${noSample === null ? '' : ` (skipped: ${noSample})`}`,
    async () => {
      await begin()
      expect(await store().importDays(sampleCoins(), T0)).toMatchObject({ updated: 0, unchanged: 0 })
      for (const { date, ids, expected } of sampleCases()) {
        const rows = await store().dashboard(Date.parse(`${date}T00:00Z`), ids)
        const order = rows.map(({ symbol }) => symbol)
        const wanted = expected.toSorted((a, b) => order.indexOf(a.symbol) - order.indexOf(b.symbol))
        expect(rows.map(asSample).map(rounded), date).toEqual(wanted.map(rounded))
      }
    },
    120_000,
  )

  function days(symbol: string, asOfMs = NEVER_MS) {
    return store().pieces({ kind: 'coin', symbol }, '1d', ALL, asOfMs, 1000)
  }
}

function minutes(begin: () => Promise<void>, store: () => PriceStore): void {
  const X = { kind: 'token', id: 'solana:X' } as const
  const pieces = (size: '1m' | '1h', asOfMs = NEVER_MS, range = ALL) => store().pieces(X, size, range, asOfMs, 10_000)

  test('are recorded of a token with its newest label', async () => {
    await begin()
    await store().recordMinutes(
      [minuteOf(0, {}, { symbol: 'X', name: 'Old' }), minuteOf(1, {}, { symbol: null, name: 'New' })],
      T0,
    )
    await store().recordMinutes([minuteOf(0, {}, { id: 'bsc:0x1', symbol: '\uD800a\u0000b', name: null })], T0)
    expect(await store().tokens()).toEqual([
      { id: 'bsc:0x1', symbol: '\uFFFDab', name: null },
      { id: 'solana:X', symbol: 'X', name: 'New' },
    ])
    expect(await store().extent(X)).toEqual({ grain: '1m', firstMs: 0, lastMs: MINUTE })
    expect(await store().extent({ kind: 'token', id: 'solana:x' })).toBeNull()
    expect(await store().extent({ kind: 'token', id: 'solana:\u0000' })).toBeNull()
  })

  test('grow while they last: the open stays, high and low widen, the rest is replaced where it is given', async () => {
    await begin()
    await store().recordMinutes(
      [minuteOf(1, { open: 5, high: 6, low: 4, close: 5, volume: 1, marketCap: 7 })],
      MINUTE + 1,
    )
    await store().recordMinutes(
      [minuteOf(1, { open: 9, high: 9, low: 5, close: 8, volume: null, marketCap: null })],
      MINUTE + 2,
    )
    await store().recordMinutes(
      [minuteOf(1, { open: 3, high: 5, low: 3, close: 4, volume: 2, marketCap: null })],
      MINUTE + 3,
    )
    const grown = { open: 5, high: 9, low: 3, close: 4, volume: '2', marketCap: 7, records: 1 }
    expect(await pieces('1m')).toEqual([{ openTimeMs: MINUTE, ...grown, revision: 1 }])
  })

  test('become the next revision when they change after they were over, and the earlier one is still answered', async () => {
    await begin()
    await store().recordMinutes([minuteOf(0, { close: 1 })], MINUTE - 1)
    await store().recordMinutes([minuteOf(0, { close: 2 })], MINUTE + 10)
    await store().recordMinutes([minuteOf(0, { close: 2 })], MINUTE + 20)
    await store().recordMinutes([minuteOf(0, { close: 3 })], MINUTE + 30)
    const seen = async (asOfMs: number) => (await pieces('1m', asOfMs)).map(({ close, revision }) => [close, revision])
    expect(await seen(MINUTE - 1)).toEqual([])
    expect(await seen(MINUTE)).toEqual([[1, 1]])
    expect(await seen(MINUTE + 9)).toEqual([[1, 1]])
    expect(await seen(MINUTE + 10)).toEqual([[2, 2]])
    expect(await seen(MINUTE + 29)).toEqual([[2, 2]])
    expect(await seen(MINUTE + 30)).toEqual([[3, 3]])
    const hours = async (asOfMs: number) => (await pieces('1h', asOfMs)).map(({ close, revision }) => [close, revision])
    expect(await hours(MINUTE + 9)).toEqual([[1, 1]])
    expect(await hours(MINUTE + 29)).toEqual([[2, 2]])
    expect(await hours(NEVER_MS)).toEqual([[3, 3]])
  })

  test('of a clock that was set back come after those before', async () => {
    await begin()
    await store().recordMinutes([minuteOf(0, { close: 1 })], T0)
    await store().recordMinutes([minuteOf(0, { close: 2 })], 10)
    expect(await pieces('1m', T0 - 1)).toEqual([])
    expect(await pieces('1m', T0)).toMatchObject([{ close: 2, revision: 2 }])
  })

  test('that come twice in one call are one change', async () => {
    await begin()
    const given = [minuteOf(0, { close: 1, high: 9 }), minuteOf(0, { close: 2 })]
    await store().recordMinutes(given, T0)
    await store().recordMinutes([minuteOf(0, { close: 3 }), minuteOf(0, { close: 4 })], T0 + 1)
    expect(await pieces('1m')).toMatchObject([{ high: 9, close: 4, revision: 2 }])
  })

  test('are written all or none, and nothing is written by nothing', async () => {
    await begin()
    await expect(store().recordMinutes([minuteOf(0), minuteOf(1, { low: Number.NaN })], T0)).rejects.toThrow(RangeError)
    await expect(store().recordMinutes([minuteOf(0), minuteOf(0.5)], T0)).rejects.toThrow(RangeError)
    await expect(store().recordMinutes([minuteOf(0, {}, { id: 'a\u0000' })], T0)).rejects.toThrow(RangeError)
    await store().recordMinutes([], T0)
    expect(await store().backfillMinutes([], T0)).toBe(0)
    expect(await store().tokens()).toEqual([])
  })

  test('are filled in only where there are none', async () => {
    await begin()
    await store().recordMinutes([minuteOf(1, { close: 7 })], T0)
    const known = [0, 1, 2, 2].map((minute, index) => minuteOf(minute, { close: index }))
    expect(await store().backfillMinutes(known, T0 + 1)).toBe(2)
    expect(await store().backfillMinutes(known, T0 + 2)).toBe(0)
    expect((await pieces('1m')).map(({ close }) => close)).toEqual([0, 7, 2])
    expect(await pieces('1m', T0)).toMatchObject([{ close: 7, revision: 1 }])
    expect(await pieces('1h')).toMatchObject([{ openTimeMs: 0, open: 1, close: 2, records: 3, revision: 3 }])
  })

  test('are rolled up into hours exactly', async () => {
    await begin()
    const volumes = [0.1, 0.2, null, 1e15, 0.3, -0]
    await store().recordMinutes(
      volumes.map((volume, minute) => minuteOf(minute, { volume, open: minute, high: 10 + minute, low: -minute })),
      T0,
    )
    await store().recordMinutes([minuteOf(60, { volume: null }), minuteOf(61, { volume: 1, marketCap: 3 })], T0)
    await store().recordMinutes([minuteOf(-1, { volume: 2 })], T0)
    const whole = { fromMs: -HOUR, toMs: NEVER_MS }
    expect(await pieces('1h', NEVER_MS, whole)).toEqual([
      { openTimeMs: -HOUR, open: 1, high: 1, low: 1, close: 1, volume: '2', marketCap: null, records: 1, revision: 1 },
      {
        openTimeMs: 0,
        open: 0,
        high: 15,
        low: -5,
        close: 1,
        volume: '1000000000000000.6',
        marketCap: null,
        records: 6,
        revision: 6,
      },
      { openTimeMs: HOUR, open: 1, high: 1, low: 1, close: 1, volume: '1', marketCap: 3, records: 2, revision: 2 },
    ])
    expect(await pieces('1h', NEVER_MS, { fromMs: 60 * MINUTE, toMs: 61 * MINUTE })).toMatchObject([
      { openTimeMs: HOUR, volume: null, records: 1 },
    ])
    expect(await pieces('1h', T0, { fromMs: 3 * MINUTE, toMs: 5 * MINUTE })).toMatchObject([
      { openTimeMs: 0, open: 3, records: 2, volume: '1000000000000000.3' },
    ])
  })

  test('of an hour are counted as far as they were over and written at the time asked for', async () => {
    await begin()
    for (const minute of [0, 1, 2])
      await store().recordMinutes([minuteOf(minute, { close: minute, volume: 1 })], (minute + 1) * MINUTE + 5)
    await store().recordMinutes([minuteOf(0, { close: 9, volume: 5 })], 10 * MINUTE)
    const hour = async (asOfMs: number) =>
      (await pieces('1h', asOfMs)).map(({ close, volume, records, revision }) => [close, volume, records, revision])
    expect(await hour(MINUTE)).toEqual([])
    expect(await hour(MINUTE + 5)).toEqual([[0, '1', 1, 1]])
    expect(await hour(2 * MINUTE + 5)).toEqual([[1, '2', 2, 2]])
    expect(await hour(10 * MINUTE - 1)).toEqual([[2, '3', 3, 3]])
    expect(await hour(10 * MINUTE)).toEqual([[2, '7', 3, 4]])
  })

  test('give no more hours than asked for, those of which something is seen', async () => {
    await begin()
    await store().recordMinutes(
      [0, 60, 120, 180].map((minute) => minuteOf(minute)),
      T0,
    )
    await store().recordMinutes([minuteOf(30)], T0 + 10)
    const hours = await store().pieces(X, '1h', { fromMs: MINUTE, toMs: NEVER_MS }, T0, 2)
    expect(hours.map(({ openTimeMs }) => openTimeMs / HOUR)).toEqual([1, 2])
    await expect(store().pieces(X, '1d', ALL, T0, 2)).rejects.toThrow(RangeError)
  })

  test('answer what a token closed at, as of the last minute that was over', async () => {
    await begin()
    await store().recordMinutes(
      [minuteOf(10, { close: 1 }), minuteOf(12, { close: 2 }), minuteOf(0, { close: 7 }, { id: 'bsc:0x1' })],
      T0,
    )
    const closes = async (atMs: number, withinMs: number) => [
      ...(await store().closesAt(['solana:X', 'solana:X', 'bsc:0x1', 'none', '\u0000'], atMs, withinMs)),
    ]
    expect(await closes(11 * MINUTE - 1, 5 * MINUTE)).toEqual([])
    expect(await closes(11 * MINUTE, 5 * MINUTE)).toEqual([['solana:X', 1]])
    expect(await closes(13 * MINUTE - 1, 5 * MINUTE)).toEqual([['solana:X', 1]])
    expect(new Map(await closes(13 * MINUTE, 13 * MINUTE))).toEqual(
      new Map([
        ['solana:X', 2],
        ['bsc:0x1', 7],
      ]),
    )
    expect(await closes(17 * MINUTE + 1, 5 * MINUTE)).toEqual([])
  })

  test('written by many at once are all there, each once', async () => {
    await begin()
    const writers = Array.from({ length: 8 }, (_, writer) =>
      [0, 1, 2, 3, 4].map((n) => minuteOf(writer * 5 + n, { volume: 0.1 })),
    )
    await Promise.all(
      writers.map((records) => store().recordMinutes([minuteOf(50, { volume: 1 }), ...records.reverse()], T0)),
    )
    expect(await pieces('1h')).toMatchObject([{ records: 41, volume: '5', revision: 41 }])
  })
}

function calendar(begin: () => Promise<void>, store: () => PriceStore): void {
  const around = (text: string, days: number) => ({ fromMs: Date.parse(text), toMs: Date.parse(text) + days * DAY })

  test.each([
    ['day', 'UTC', around('2026-11-20T00:00Z', 2)],
    ['day', 'America/Havana', around('2021-11-05T12:00Z', 4)],
    ['day', 'America/Sao_Paulo', around('2018-11-02T12:00Z', 4)],
    ['day', 'America/Sao_Paulo', around('2018-02-16T12:00Z', 4)],
    ['day', 'Pacific/Apia', around('2011-12-28T12:00Z', 4)],
    ['day', 'Asia/Kathmandu', around('2026-11-20T00:00Z', 1)],
    ['week', 'Europe/Berlin', around('2026-10-20T00:00Z', 14)],
    ['week', 'America/New_York', around('2026-11-01T23:59Z', 0)],
    ['month', 'Australia/Lord_Howe', around('2026-03-01T00:00Z', 90)],
    ['month', 'America/New_York', around('2025-12-31T23:00Z', 3)],
  ] as const)('has the begins of each %s in %s that its clocks show', async (unit, zone, range) => {
    await begin()
    const found = await store().boundaries(unit, zone, range)
    expect(found?.map(iso)).toEqual(boundariesOf(unit, zone, range)?.map(iso))
    expect(found?.at(0)).toBeLessThanOrEqual(range.fromMs)
    expect(found?.at(-1)).toBeGreaterThanOrEqual(range.toMs)
  })

  test('knows no zone that is none', async () => {
    await begin()
    for (const zone of ['', 'Mars/Olympus', 'UTC+3', '+03:00', 'EST+99', '\u0000', '\uD800', "x'; --", '__proto__']) {
      expect(await store().boundaries('day', zone, { fromMs: 0, toMs: DAY }), zone).toBeNull()
    }
  })
}

function dayOf(symbol: string, day: number, values: Partial<PriceRecord> = {}, name = `name of ${symbol}`): CoinRecord {
  return { symbol, name, record: recordOf(day * DAY, values) }
}

function minuteOf(minute: number, values: Partial<PriceRecord> = {}, label: Partial<TokenRecord> = {}): TokenRecord {
  return { id: 'solana:X', symbol: null, name: null, ...label, record: recordOf(minute * MINUTE, values) }
}

function recordOf(openTimeMs: number, values: Partial<PriceRecord>): PriceRecord {
  return { openTimeMs, open: 1, high: 1, low: 1, close: 1, volume: null, marketCap: null, ...values }
}

async function* batches(...all: readonly CoinRecord[][]): AsyncGenerator<readonly CoinRecord[]> {
  yield* all
}

/** Percentages as far as two ways of counting them agree. */
function rounded(row: SampleRow): unknown {
  const round = (percent: number | null) => (percent === null ? null : Number(percent.toPrecision(9)))
  return { ...row, '24h': round(row['24h']), '7d': round(row['7d']), '1m': round(row['1m']) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

async function openMemory(): Promise<Bench> {
  return { fresh: async () => memoryPriceStore(), release: async () => undefined }
}

async function openEmbedded(): Promise<Bench> {
  const folder = await tempFolder()
  const { opening, store, clear, close } = embeddedStore(await newEngineFolder(`${folder.path}/prices`))
  await opening.first()
  return { fresh: () => clear().then(() => store), release: () => close().finally(folder.remove) }
}

async function openPostgres(): Promise<Bench> {
  const server = await startPostgres()
  const { opening, store, clear, close } = postgresStore(server.url)
  await opening.first()
  return { fresh: () => clear().then(() => store), release: () => close().finally(server.stop) }
}
