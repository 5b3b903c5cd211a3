import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Attention, attentionText, lagText, shortToken } from '../../web/team/attention-words.ts'
import { type Bucket, barsOf } from '../../web/team/bars.ts'
import { minutesUntil } from '../../web/team/live.ts'
import { priceLineOf } from '../../web/team/price-line.ts'
import { quotaOf, quotaText, waitText } from '../../web/team/quota.ts'
import { bucketText, changed, firstWish, queryOf } from '../../web/team/wish.ts'

const NOW_MS = Date.UTC(2026, 10, 20, 12, 0, 30)

describe('what is left of a quota', () => {
  const headers = (told: Record<string, string>) => new Headers(told)

  test('is read from the headers of an answer', () => {
    const told = { ratelimit: '"hour";r=87;t=720', 'ratelimit-policy': '"hour";q=100;w=3600' }
    expect(quotaOf(headers(told), NOW_MS)).toEqual({ limit: 100, left: 87, moreAtMs: NOW_MS + 720_000 })
    expect(quotaOf(headers({ ratelimit: '"hour"; r=0; t=5' }), 0)).toEqual({ limit: null, left: 0, moreAtMs: 5000 })
  })

  test.each(['', '"hour"', 'r=1', '"hour";r=many', '"hour";r=-1'])('is unknown from %j', (ratelimit) => {
    expect(quotaOf(headers({ ratelimit }), NOW_MS)).toBeNull()
    expect(quotaOf(headers({}), NOW_MS)).toBeNull()
  })

  test.each([
    [{ limit: 100, left: 87, moreAtMs: 720_000 }, '87 of 100 queries left, one more in 12 min'],
    [{ limit: 100, left: 100, moreAtMs: 0 }, '100 of 100 queries left'],
    [{ limit: 1, left: 0, moreAtMs: 40_000 }, '0 of 1 query left, one more in 40 s'],
    [{ limit: null, left: 3, moreAtMs: 0 }, '3 queries left'],
  ])('is told in words: %#', (quota, words) => {
    expect(quotaText(quota, 0)).toBe(words)
  })

  test('never tells a wait that is too short', () => {
    expect([1, 1001, 119_000, 120_001, 7_200_001].map(waitText)).toEqual(['1 s', '2 s', '119 s', '3 min', '3 h'])
    const unitMs: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000 }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e8 }), (ms) => {
        const [count = '', unit = ''] = waitText(ms).split(' ')
        expect(Number(count) * (unitMs[unit] ?? 0)).toBeGreaterThanOrEqual(ms)
      }),
    )
  })
})

describe('what is asked for', () => {
  const first = firstWish(NOW_MS, 'UTC')
  const asked = (part: Parameters<typeof changed>[1], nowMs = NOW_MS) => `${queryOf(changed(first, part), nowMs)}`

  test('is the last week by the hour, at first', () => {
    expect(asked({})).toBe('from=2026-11-14&to=2026-11-20&interval=hour&tz=UTC')
  })

  test('has another length of buckets with another range, unless one is chosen', () => {
    expect(asked({ range: 'month' })).toBe('from=2026-10-22&to=2026-11-20&interval=day&tz=UTC')
    expect(asked({ range: 'month', interval: 'week' })).toContain('interval=week')
    expect(asked({ tag: '7' })).toMatch(/&tag=7$/)
  })

  test('of hours ends with the bucket that is not over, and cuts none', () => {
    const hour = 'from=2026-11-20T11%3A01%3A00.000Z&to=2026-11-20T12%3A01%3A00.000Z&interval=minute&tz=UTC'
    expect(asked({ range: 'hour' })).toBe(hour)
    expect(asked({ range: 'day' })).toContain('from=2026-11-19T13%3A00%3A00.000Z&to=2026-11-20T13%3A00%3A00.000Z')
  })

  test('is of days where the viewer says, also where one of them has 23 hours or 25', () => {
    expect(asked({ zone: 'Pacific/Auckland' })).toContain('from=2026-11-15&to=2026-11-21&')
    // Half past midnight, after the day of 25 hours.
    const late = Date.parse('2026-10-27T00:30:00+01:00')
    expect(asked({ zone: 'Europe/Berlin' }, late)).toContain('from=2026-10-21&to=2026-10-27&')
    const early = Date.parse('2026-03-31T00:30:00+02:00')
    expect(asked({ zone: 'Europe/Berlin' }, early)).toContain('from=2026-03-25&to=2026-03-31&')
  })

  test('is named by its begin, where its days begin', () => {
    const at = '2026-11-19T23:00:00.000Z'
    expect(bucketText(at, 'hour', 'Europe/Berlin')).toBe('20 Nov, 00:00')
    expect(bucketText(at, 'day', 'Europe/Berlin')).toBe('Fri, 20 Nov 2026')
    expect(bucketText(at, 'month', 'UTC')).toBe('Nov 2026')
  })
})

const bucket = (count: number, partial = false): Bucket => ({ start: '', end: '', count, partial })
const SIZE = { width: 300, height: 100 }
const numbersIn = (path: string) => (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number)

describe('bars', () => {
  test('stand on the ground, as high as they count; one in part is drawn otherwise', () => {
    const { whole, partial, most, perBar } = barsOf([bucket(50), bucket(0), bucket(100, true)], SIZE)
    expect([whole, partial]).toEqual(['M2 100V50H98V100Z', 'M202 100V0H298V100Z'])
    expect([most, perBar]).toEqual([100, 1])
  })

  test('are seen however little they count beside the highest', () => {
    expect(numbersIn(barsOf([bucket(1), bucket(1_000_000)], SIZE).whole)[2]).toBe(99)
  })

  test('are put together where there is no room for all, and count the same', () => {
    const { perBar, most, x } = barsOf(
      Array.from({ length: 1000 }, () => bucket(1)),
      SIZE,
    )
    expect([perBar, most]).toEqual([10, 10])
    expect([x(0), x(9), x(999)].map((px) => px.toFixed(2))).toEqual(['0.15', '2.85', '299.85'])
  })

  test('of nothing are none', () => {
    for (const none of [[], [bucket(0)]]) expect(barsOf(none, SIZE)).toMatchObject({ whole: '', partial: '', most: 0 })
  })

  test('stay inside their chart, whatever is counted', () => {
    const any = fc.record({ count: fc.nat(1e9), partial: fc.boolean() })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 400 }), (all) => {
        const { whole, partial } = barsOf(
          all.map(({ count, partial: is }) => bucket(count, is)),
          SIZE,
        )
        expect(numbersIn(whole + partial).every((value) => value >= 0 && value <= SIZE.width)).toBe(true)
      }),
    )
  })
})

test('minutes nobody taps in are there too, and the one that is not over comes last', () => {
  const counts = new Map([
    [
      '2026-11-20T11:59:00.000Z',
      new Map([
        ['7', 2],
        ['8', 3],
      ]),
    ],
  ])
  const minutes = minutesUntil(NOW_MS, counts)
  expect(minutes).toHaveLength(30)
  expect(minutes.slice(-2)).toEqual([
    { start: '2026-11-20T11:59:00.000Z', end: '2026-11-20T12:00:00.000Z', count: 5, partial: false },
    { start: '2026-11-20T12:00:00.000Z', end: '2026-11-20T12:01:00.000Z', count: 0, partial: true },
  ])
})

describe('taps beside a price', () => {
  const lag = { taps_lead_by: -3, n: 1160, r: -0.614, low: -0.7, high: -0.5 }
  const told = (correlation: Partial<Attention['correlation']>) =>
    attentionText({
      token_id: 'solana:x',
      interval: 'day',
      tz: 'UTC',
      data: [],
      correlation: { lags: [lag], strongest: null, reason: null, note: '', ...correlation },
    })

  test.each([
    [
      { strongest: lag },
      'Strongest when the price comes 3 days before the taps: r = −0.61, between −0.70 and −0.50, n = 1,160.',
    ],
    [{ reason: 'not_enough_data', lags: [{ ...lag, n: 4 }] }, 'Not enough data to compare (n = 4).'],
    [{ reason: 'not_enough_data', lags: [] }, 'Not enough data to compare (n = 0).'],
    [{ reason: 'nothing_stands_out' }, 'Nothing stands out: no lag can be told from chance (n = 1,160).'],
    [{ reason: 'no_variation' }, 'Taps or price never changed, so there is nothing to compare (n = 1,160).'],
  ] as const)('is told in a sentence with its n: %#', (correlation, sentence) => {
    expect(told(correlation)).toBe(sentence)
  })

  test('says which of the two comes first', () => {
    expect([-1, 0, 2].map((lead) => lagText(lead, 'hour'))).toEqual([
      'the price comes 1 hour before the taps',
      'taps and price change in the same hour',
      'taps come 2 hours before the price',
    ])
  })

  test('names a token so that it can be told from others', () => {
    expect(shortToken('solana:So11111111111111111111111111111111111111112')).toBe('solana:So1111…1112')
    expect(shortToken('sui:0x2::sui::SUI')).toBe('sui:0x2::sui::SUI')
  })

  test('draws a line that is broken where nothing was recorded, and a point by itself', () => {
    const place = { height: 100, x: (index: number) => index * 10 }
    expect(priceLineOf([1, 3, null, 2, null], place)).toEqual({ path: 'M0 96h0L10 4M30 50h0', low: 1, high: 3 })
    expect(priceLineOf([5, 5], place)?.path).toBe('M0 50h0L10 50')
    for (const none of [[], [null]]) expect(priceLineOf(none, place)).toBeNull()
  })
})
