import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sparkDirection, sparkPath } from '../../web/table/spark.ts'
import { agreementText, scaleAround, shareOf } from '../../web/token/agreement.ts'
import { type Candle, pathOf, type Statement } from '../../web/token/answers.ts'
import { candlePaths } from '../../web/token/candle-paths.ts'
import { candleQuery, momentText } from '../../web/token/spans.ts'

const SIZE = { width: 80, height: 24 }

/** Every number of a path. */
const numbersIn = (path: string) => (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number)

describe('the line of a day', () => {
  test('goes from edge to edge, up when the price rose, and is broken where nothing was recorded', () => {
    expect(sparkPath([1, 3], SIZE)).toBe('M2 22L78 2')
    expect(sparkPath([1, null, 3, 2, null], SIZE)).toBe('M2 22M40 2L59 12')
    expect(sparkPath([5, 5], SIZE)).toBe('M2 12L78 12')
  })

  test('is none without two points', () => {
    for (const points of [[], [null, null], [null, 3]]) expect(sparkPath(points, SIZE)).toBe('')
  })

  test('stays inside its drawing, whatever the prices', () => {
    const point = fc.option(fc.double({ min: 1e-12, max: 1e12, noNaN: true }))
    fc.assert(
      fc.property(fc.array(point, { maxLength: 24 }), (points) => {
        const numbers = numbersIn(sparkPath(points, SIZE))
        expect(numbers.every((value, at) => value >= 0 && value <= (at % 2 === 0 ? SIZE.width : SIZE.height))).toBe(
          true,
        )
      }),
    )
  })

  test('has the direction from the first known point to the last', () => {
    const told = [
      [null, 1, 9, 2, null],
      [3, 1],
      [2, 1, 2],
      [null, null],
    ].map(sparkDirection)
    expect(told).toEqual(['up', 'down', 'flat', 'flat'])
  })
})

const said = (price_usd: number | null, more: Partial<Statement> = {}): Statement => ({
  source: 'jupiter',
  pool: null,
  dex: null,
  price_usd,
  depth_usd: 1000,
  observed_at: '2026-11-20T00:00:00.000Z',
  weight: 1000,
  accepted: true,
  reason: 'ok',
  ...more,
})

describe('who agrees', () => {
  const result = { price_usd: 100, source: 'jupiter', band: [99.5, 100] as const, witnesses: ['a', 'b', 'c'] }
  const rejected = said(5000, { accepted: false, reason: 'outlier' })

  test.each([
    [result, [said(100)], 'Three sources agree within 0.5 %.'],
    [result, [said(100), rejected], 'Three sources agree within 0.5 %. One statement is rejected.'],
    [
      { ...result, band: [100, 100] as const },
      [rejected, rejected],
      'Three sources agree to 0.05 %. Two statements are rejected.',
    ],
    [{ ...result, witnesses: ['a'] }, [], 'One source stands for this price.'],
    [
      { ...result, witnesses: [], band: null },
      [rejected],
      'No source’s price could be used. One statement is rejected.',
    ],
  ])('is told in a sentence: %#', (outcome, inputs, sentence) => {
    expect(agreementText({ result: outcome, inputs })).toBe(sentence)
  })

  test('is drawn around the price; equal factors lie equally far away, what is far off at the edge', () => {
    const scale = scaleAround(100, [said(101), said(99), rejected])
    expect(scale.at(100)).toBe(0.5)
    expect(scale.at(101) - 0.5).toBeCloseTo(0.5 - scale.at(100 / 1.01), 12)
    expect([scale.at(5000), scale.isBeyond(5000), scale.isBeyond(101)]).toEqual([1, true, false])
    expect([scale.at(1e-9), scale.isBeyond(1e-9)]).toEqual([0, true])
  })

  test('counts by its weight, and the weights of what was accepted sum up to the whole', () => {
    const statements = [said(1, { weight: 3000 }), said(1, { weight: 1000 }), rejected]
    expect(statements.map((one) => shareOf(one, statements))).toEqual([0.75, 0.25, 0])
    expect(shareOf(rejected, [rejected])).toBe(0)
  })
})

const candle = (open: number | null, close: number | null, more: Partial<Candle> = {}): Candle => ({
  open_time: '2026-11-20T00:00:00.000Z',
  open,
  high: open === null || close === null ? null : Math.max(open, close) * 1.1,
  low: open === null || close === null ? null : Math.min(open, close) * 0.9,
  close,
  volume: 10,
  closed: true,
  ...more,
})

describe('candles', () => {
  const size = { width: 300, height: 200 }

  test('are drawn by what became of the price; one that grows is neither', () => {
    const { up, down, growing } = candlePaths([candle(1, 2), candle(2, 1), candle(1, 2, { closed: false })], size)
    for (const path of [up, down, growing]) expect(path.match(/Z/g)).toHaveLength(1)
    expect(candlePaths([candle(1, 1), candle(null, null)], size)).toMatchObject({ down: '', growing: '' })
  })

  test('have marks at prices that were reached, also where the price is tiny, or never moved', () => {
    const { marks } = candlePaths([candle(4.4e-6, 4.5e-6)], size)
    expect(marks.map(({ usd }) => usd)).toEqual([4.5e-6 * 1.1, expect.closeTo(4.455e-6, 9), 4.4e-6 * 0.9])
    const still = { open: 3, high: 3, low: 3, close: 3 }
    expect(candlePaths([{ ...candle(3, 3), ...still }], size).marks).toHaveLength(1)
  })

  test('stay inside the chart, whatever the prices', () => {
    const price = fc.option(fc.double({ min: 1e-9, max: 1e9, noNaN: true }))
    const any = fc.record({ open: price, close: price, volume: price, closed: fc.boolean() })
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 60 }), (made) => {
        const candles = [candle(1, 2), ...made.map(({ open, close, ...more }) => candle(open, close, more))]
        const { up, down, growing, volume } = candlePaths(candles, size)
        const all = numbersIn(up + down + growing + volume)
        expect(all.every((value) => value >= 0 && value <= size.width)).toBe(true)
      }),
    )
  })

  test('are asked for by the minute, so that looking again is the same question', () => {
    const wish = { span: '1h', zone: 'Europe/Berlin', slots: 24 } as const
    const nowMs = Date.parse('2026-11-20T12:00:42.000Z')
    const query = candleQuery({ ...wish, nowMs })
    expect(query).toBe('interval=1h&from=2026-11-19T12:00:00.000Z&limit=25&tz=Europe%2FBerlin&fill=null')
    expect(candleQuery({ ...wish, nowMs: nowMs + 17_000 })).toBe(query)
  })

  test('begin in the zone that was chosen', () => {
    const at = '2026-11-20T23:30:00.000Z'
    expect(momentText(at, '15m', 'UTC')).toBe('20 Nov, 23:30')
    expect(momentText(at, '15m', 'Europe/Berlin')).toBe('21 Nov, 00:30')
    expect(momentText(at, '1d', 'Europe/Berlin')).toBe('21 Nov 2026')
  })
})

test('a token is found under its path, whatever is in its address', () => {
  expect(pathOf('solana:So1')).toBe('/v1/tokens/solana/So1')
  expect(pathOf('sui:0x2::sui::SUI')).toBe('/v1/tokens/sui/0x2%3A%3Asui%3A%3ASUI')
})
