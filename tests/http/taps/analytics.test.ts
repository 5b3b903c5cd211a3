import { beforeAll, describe, expect, test } from 'vitest'
import { AnalyticsSchema, OldAnalyticsSchema } from '../../../src/adapters/http/schemas/tap.ts'
import { memoryTapStore } from '../../support/memory-tap-store.ts'
import { type CountsBody, type ProblemBody, type TestTeam, tapHttp } from './support.ts'

let counted = 0
const memory = memoryTapStore()
const store = {
  ...memory,
  counts: (...asked: Parameters<typeof memory.counts>) => {
    counted += 1
    return memory.counts(...asked)
  },
  countsByTag: (...asked: Parameters<typeof memory.countsByTag>) => {
    counted += 1
    return memory.countsByTag(...asked)
  },
}
const http = tapHttp({ store })
let team: TestTeam
let other: TestTeam

const TAPS = [
  ['2023-01-01T00:00:00.000Z', 1],
  ['2023-01-01T23:59:59.999Z', 2],
  ['2023-01-02T00:00:00.000Z', 4],
  ['2023-01-31T23:59:59.999Z', 8],
  ['2023-02-01T00:00:00.000Z', 16],
  ['2026-11-20T11:59:59.999Z', 32],
] as const

beforeAll(async () => {
  team = await http.team('one')
  other = await http.team('two')
  await team.addTag('11')
  await team.addTag('12')
  await other.addTag('21')
  const taps = TAPS.map(([at, count], i) => ({ id: `${i}`, tag: i % 2 === 0 ? '11' : '12', count, at }))
  await team.send('POST', '/v1/taps', { taps })
  await other.send('POST', '/v1/taps', { taps: taps.map((tap) => ({ ...tap, tag: '21', count: 1000 })) })
})

const PATH = '/v1/taps/analytics'
const get = (query: string) => team.json<CountsBody>(`${PATH}?${query}`)
const refusal = async (query: string) => {
  const response = await team.get(`${PATH}?${query}`)
  return { status: response.status, ...((await response.json()) as ProblemBody) }
}

describe('GET /v1/taps/analytics', () => {
  test('fills with zeros, and includes the whole of the last day', async () => {
    const body = await get('from=2023-01-01&to=2023-01-03&interval=day')
    AnalyticsSchema.strict().parse(body)
    expect(body).toEqual({
      data: [
        { start: '2023-01-01T00:00:00.000Z', end: '2023-01-02T00:00:00.000Z', count: 3, partial: false },
        { start: '2023-01-02T00:00:00.000Z', end: '2023-01-03T00:00:00.000Z', count: 4, partial: false },
        { start: '2023-01-03T00:00:00.000Z', end: '2023-01-04T00:00:00.000Z', count: 0, partial: false },
      ],
      total: 7,
      from: '2023-01-01T00:00:00.000Z',
      to: '2023-01-04T00:00:00.000Z',
      interval: 'day',
      tz: 'UTC',
    })
  })

  test.each([
    ['minute', 'from=2023-01-01T23:58Z&to=2023-01-02T00:01Z', [0, 2, 4]],
    ['hour', 'from=2023-01-01&to=2023-01-01', [1, ...Array.from({ length: 22 }, () => 0), 2]],
    ['week', 'from=2023-01-01&to=2023-01-02', [3, 4]],
    ['month', 'from=2023-01-01&to=2023-02-28', [15, 16]],
    ['quarter', 'from=2023-01-01&to=2023-04-01', [31, 0]],
  ])('has %ss', async (interval, range, counts) => {
    const { data } = await get(`${range}&interval=${interval}`)
    expect(data.map(({ count }) => count)).toEqual(counts)
  })

  test('is half-open to the millisecond, and shows whole buckets of which it counts a part', async () => {
    const { data, total } = await get('from=2023-01-01T00:00:00.001Z&to=2023-01-31T23:59:59.999Z&interval=month')
    expect(data).toEqual([
      { start: '2023-01-01T00:00:00.000Z', end: '2023-02-01T00:00:00.000Z', count: 6, partial: true },
    ])
    expect(total).toBe(6)
    expect(await get('from=2023-01-01T00:00Z&to=2023-01-01T00:00Z&interval=day')).toMatchObject({ data: [], total: 0 })
  })

  test('begins days where the zone does', async () => {
    const { data, from, to } = await get('from=2023-01-01&to=2023-01-01&interval=day&tz=America/New_York')
    expect([from, to]).toEqual(['2023-01-01T05:00:00.000Z', '2023-01-02T05:00:00.000Z'])
    expect(data.map(({ count }) => count)).toEqual([6])
    const spring = await get('from=2026-03-29&to=2026-03-29&interval=hour&tz=Europe/Berlin')
    expect(spring.data).toHaveLength(23)
    const kolkata = await get('from=2023-01-01&to=2023-01-01&interval=hour&tz=Asia/Kolkata')
    expect(kolkata.data[0]?.start).toBe('2022-12-31T18:30:00.000Z')
    expect(kolkata.data).toHaveLength(24)
  })

  test('counts a tag alone, and each tag beside the others', async () => {
    expect((await get('from=2023-01-01&to=2023-12-31&interval=quarter&tag=11')).total).toBe(21)
    const body = await get('from=2023-01-01&to=2023-02-28&interval=month&group_by=tag')
    AnalyticsSchema.strict().parse(body)
    expect(body).toMatchObject({
      total: 31,
      data: [{ count: 15 }, { count: 16 }],
      tags: [
        { tag: '11', total: 21, counts: [5, 16] },
        { tag: '12', total: 10, counts: [10, 0] },
      ],
    })
    expect(await get('from=2022-01-01&to=2022-01-02&interval=day&group_by=tag')).toMatchObject({ total: 0, tags: [] })
  })

  test('has tables', async () => {
    const plain = await team.get(`${PATH}?from=2023-01-01&to=2023-01-02&format=csv`)
    expect(plain.headers.get('content-type')).toContain('text/csv')
    expect(await plain.text()).toBe(
      'start,end,count,partial\r\n2023-01-01T00:00:00.000Z,2023-01-02T00:00:00.000Z,3,false\r\n' +
        '2023-01-02T00:00:00.000Z,2023-01-03T00:00:00.000Z,4,false\r\n',
    )
    const byTag = await team.get(`${PATH}?from=2023-01-01&to=2023-01-01&format=csv&group_by=tag`)
    expect((await byTag.text()).split('\r\n').slice(0, 2)).toEqual([
      'tag,start,end,count,partial',
      '11,2023-01-01T00:00:00.000Z,2023-01-02T00:00:00.000Z,1,false',
    ])
  })

  test.each([
    ['interval=second', 'interval'],
    ['interval=Day', 'interval'],
    ['interval=days', 'interval'],
    ['interval=', 'interval'],
    ['interval=__proto__', 'interval'],
    [`interval=${encodeURIComponent("day'); drop table tap; --")}`, 'interval'],
    ['tz=Mars/Olympus', 'tz'],
    ['interval=minute&tz=Mars/Olympus&from=2023-01-01T00:00Z&to=2023-01-01T01:00Z', 'tz'],
    ['tz=', 'tz'],
    [`tz=${encodeURIComponent("UTC'; --")}`, 'tz'],
    ['tz=%2B02:00', 'tz'],
    ['tz=EST5EDT6', 'tz'],
    ['from=2023-02-30', 'from'],
    ['from=yesterday', 'from'],
    ['from=2023-01-01T00:00', 'from'],
    ['from=', 'from'],
    ['from=2023-01-05', 'to'],
    ['from=2023-01-03', 'to'],
    ['from=2023-01-03T00:00Z', 'to'],
    ['from=2023-01-02T00:00Z&to=2023-01-01T23:59:59.999Z', 'to'],
    ['to=9999-12-31', 'to'],
    ['from=9999-01-01&to=9999-01-02&tz=Pacific/Kiritimati', 'to'],
    ['to=10000-01-01', 'to'],
    ['format=xml', 'format'],
    ['group_by=team', 'group_by'],
    ['team=2', 'team'],
    ['from=1970-01-01&to=9998-12-31&interval=minute', 'interval'],
    ['from=1970-01-01&to=9998-12-31&interval=hour&tz=Europe/Berlin', 'interval'],
  ])('refuses %s', async (query, path) => {
    const given = new URLSearchParams({ from: '2023-01-01', to: '2023-01-02', interval: 'day' })
    for (const [name, value] of new URLSearchParams(query)) given.set(name, value)
    const { status, code, errors } = await refusal(String(given))
    expect([status, code]).toEqual([400, 'invalid_parameter'])
    expect(errors.map((error) => error.path)).toContain(path)
  })

  test('refuses repeated parameters, and needs a range', async () => {
    expect((await refusal('from=2023-01-01&to=2023-01-02&to=2023-01-03')).status).toBe(400)
    const missing = (await refusal('')).errors
    expect(missing.map(({ path }) => path).sort()).toEqual(['from', 'to'])
    for (const { message } of missing) expect(message).toContain('Needed')
  })

  test('answers ten thousand buckets, and of more it tells the number', async () => {
    expect((await get('from=2023-01-01T00:00Z&to=2023-01-07T22:40Z&interval=minute')).data).toHaveLength(10_000)
    const { errors, detail } = await refusal('from=2023-01-01T00:00Z&to=2023-01-07T22:40:00.001Z&interval=minute')
    expect(errors[0]?.message).toContain('10001')
    expect(detail).toContain('10001')
    expect((await refusal('from=1970-01-01&to=3871-04-29&interval=minute')).detail).toContain('1000000800')
    expect((await refusal('from=2023-01-01&to=2024-03-01&interval=hour&tz=Europe/Berlin')).detail).toContain('10224')
    const tags = await refusal('from=2023-01-01&to=9000-01-01&interval=month&group_by=tag')
    expect(tags.errors[0]).toMatchObject({ path: 'interval' })
  })

  test('says the same of a tag of another team and of none', async () => {
    const texts = await Promise.all(
      ['21', '99', 'x', '0', '%00', '9223372036854775808'].map(async (tag) => {
        const response = await team.get(`${PATH}?from=2023-01-01&to=2023-01-02&tag=${tag}`)
        expect(response.status).toBe(404)
        return (await response.text()).replace(/"request_id":"[^"]*"/, '')
      }),
    )
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).toContain('"tag_not_found"')
  })

  test('is for holders of keys that may read', async () => {
    expect((await http.get(`${PATH}?from=2023-01-01&to=2023-01-02`)).status).toBe(401)
    const writer = await http.team('writer', ['taps:write'])
    expect((await writer.get(`${PATH}?from=2023-01-01&to=2023-01-02`)).status).toBe(403)
  })
})

describe('an answer that was given', () => {
  const query = 'from=2023-01-01&to=2023-01-31&interval=week'

  test('has a tag of its own for the team, and 304 while it stands', async () => {
    const first = await team.get(`${PATH}?${query}`)
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"/)
    expect(first.headers.get('cache-control')).toBe('private, no-cache')
    expect((await team.get(`${PATH}?${query}`, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await other.get(`${PATH}?${query}`, { headers: { 'if-none-match': etag } })).status).toBe(200)
    const head = await team.get(`${PATH}?${query}`, { method: 'HEAD' })
    expect([head.status, await head.text(), head.headers.get('etag')]).toEqual([200, '', etag])
  })

  test('is not counted again until a tap comes', async () => {
    const before = (await get(query)).total
    counted = 0
    for (let i = 0; i < 5; i += 1) await get(query)
    await team.get(`${PATH}?${query}&format=csv`)
    expect(counted).toBe(0)
    await team.send('POST', '/v1/taps', { taps: [{ id: 'new', tag: '11', at: '2023-01-05T00:00:00Z' }] })
    expect((await get(query)).total).toBe(before + 1)
    expect(counted).toBe(1)
  })

  test('follows the clock although it is not counted again', async () => {
    const now = 'from=2026-11-20T10:00Z&to=2026-11-20T13:00Z&interval=hour'
    const partial = async () => (await get(now)).data.map((bucket) => bucket.partial)
    expect(await partial()).toEqual([false, false, true])
    counted = 0
    http.wall.stepWall(3_600_000)
    expect(await partial()).toEqual([false, false, false])
    expect(counted).toBe(0)
    http.wall.stepWall(-3_600_000)
  })

  test('is 404 as soon as its tag is removed', async () => {
    await team.addTag('13')
    const path = `${PATH}?from=2023-01-01&to=2023-01-02&tag=13`
    expect((await team.get(path)).status).toBe(200)
    await team.send('DELETE', '/v1/tags/13')
    expect((await team.get(path)).status).toBe(404)
  })

  test('is counted once for all who ask at once', async () => {
    counted = 0
    await Promise.all(Array.from({ length: 20 }, () => get('from=2023-01-01&to=2023-03-31&interval=week')))
    expect(counted).toBe(1)
  })
})

describe('POST /v1/api/tap/analytics', () => {
  const ask = (body: string | object, path = '/v1/api/tap/analytics') => team.send('POST', path, body)

  test('answers as the earlier service did: buckets with taps, sums as texts', async () => {
    const response = await ask({ startDate: '2023-01-01', endDate: '2023-02-28', interval: 'month' })
    const body = await response.json()
    OldAnalyticsSchema.strict().parse(body)
    expect(body).toEqual({
      message: expect.any(String),
      data: [
        { period: '2023-01-01T00:00:00.000Z', total_count: '16' },
        { period: '2023-02-01T00:00:00.000Z', total_count: '16' },
      ],
    })
    const days = (await (await ask({ startDate: '2023-01-01', endDate: '2023-01-03', interval: 'day' })).json()) as {
      data: unknown[]
    }
    expect(days.data).toHaveLength(2)
  })

  test('takes instants, and ignores what it does not know', async () => {
    const body = { startDate: '2023-01-01T00:00:00.001Z', endDate: '2023-01-02T00:00:00Z', interval: 'day', team: 2 }
    const response = await ask(body, '/v1/api/tap/analytics?utm=1')
    expect(await response.json()).toMatchObject({ data: [{ total_count: '2' }] })
    expect((await ask(body, '/v1/api/tap/analytics?a=1&a=2')).status).toBe(400)
    const zoneless = { startDate: '2023-01-01T00:00:00.001', endDate: '2023-01-02T00:00:00', interval: 'day' }
    expect(await (await ask(zoneless)).json()).toMatchObject({ data: [{ total_count: '2' }] })
  })

  test.each<[string | object, string]>([
    [{ startDate: '2023-01-01', endDate: '2023-01-02', interval: 'second' }, 'interval'],
    [{ startDate: '2023-01-01', endDate: '2023-01-02', interval: "day'); drop table tap; --" }, 'interval'],
    [{ startDate: '2023-01-01', endDate: '2023-01-02', interval: ['day'] }, 'interval'],
    [{ startDate: '2023-01-01', endDate: '2023-01-02' }, 'interval'],
    [{ startDate: '2023-02-30', endDate: '2023-03-02', interval: 'day' }, 'startDate'],
    [{ startDate: 1, endDate: '2023-03-02', interval: 'day' }, 'startDate'],
    [{ startDate: null, endDate: '2023-03-02', interval: 'day' }, 'startDate'],
    [{ startDate: '2023-01-02', endDate: '2022-12-31', interval: 'day' }, 'endDate'],
    [{ startDate: '2023-01-02', endDate: '2023-01-01', interval: 'day' }, 'endDate'],
    [{ startDate: '1970-01-01', endDate: '2050-01-01', interval: 'minute' }, 'interval'],
    ['{', ''],
    ['null', ''],
  ])('refuses %j with the sentence in `error`', async (body, path) => {
    const response = await ask(body)
    const problem = (await response.json()) as ProblemBody
    expect([response.status, problem.code]).toEqual([400, 'invalid_body'])
    expect(problem.error).toBe(problem.detail)
    if (path !== '') expect(problem.errors.map((error) => [error.in, error.path])).toContainEqual(['body', path])
  })

  test('is 401 without a key', async () => {
    const response = await http.get('/v1/api/tap/analytics', { method: 'POST', body: '{}' })
    expect(response.status).toBe(401)
    expect(await response.json()).toHaveProperty('error')
  })
})

test('every query counts against the quota of its key, and refused ones do not', async () => {
  const limited = tapHttp({ limit: 3 })
  const poor = await limited.team('poor')
  const query = `${PATH}?from=2023-01-01&to=2023-01-02`
  expect((await poor.get(`${query}&interval=second`)).status).toBe(400)
  expect((await poor.get(`${query}&tz=Mars/Olympus`)).status).toBe(400)
  expect((await poor.get(`${query}&tag=1`)).status).toBe(404)
  const body = { startDate: '2023-01-01', endDate: '2023-01-02', interval: 'day' }
  const answers = [
    await poor.get(query),
    await poor.get(`${query}&format=csv`),
    await poor.send('POST', '/v1/api/tap/analytics', body),
    await poor.get(query),
    await poor.send('POST', '/v1/api/tap/analytics', body),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429])
  expect(answers.map(({ headers }) => headers.get('ratelimit')?.match(/r=(\d+)/)?.[1])).toEqual([
    '2',
    '1',
    '0',
    '0',
    '0',
  ])
  expect(answers[4]?.headers.get('retry-after')).toBe('3600')
  expect(await answers[4]?.json()).toMatchObject({ code: 'quota_exceeded', error: expect.any(String) })
})
