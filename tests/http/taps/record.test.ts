import { beforeAll, describe, expect, test } from 'vitest'
import { RecordedSchema } from '../../../src/adapters/http/schemas/tap.ts'
import { type CountsBody, type ProblemBody, type TestTeam, tapHttp } from './support.ts'

const http = tapHttp()
let team: TestTeam
let other: TestTeam

beforeAll(async () => {
  team = await http.team('one')
  other = await http.team('two')
  await team.addTag('1')
  await team.addTag('9007199254740993')
  await other.addTag('2')
})

const record = (taps: unknown[], headers: Record<string, string> = {}) =>
  team.send('POST', '/v1/taps', { taps }, headers)
const total = async () =>
  (await team.json<CountsBody>('/v1/taps/analytics?from=2000-01-01&to=2026-11-21&interval=month')).total

describe('POST /v1/taps', () => {
  test('answers when the taps are counted, true to its schema', async () => {
    const before = await total()
    const response = await record([
      { id: 'a', tag: '1' },
      { id: 'b', tag: '9007199254740993', count: 5 },
      { id: 'c', tag: 1 },
    ])
    const body = await response.json()
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(RecordedSchema.strict().parse(body)).toEqual({ accepted: 3, duplicates: 0, rejected: [] })
    expect(await total()).toBe(before + 7)
  })

  test('counts an id once, and refuses it for another tap, in one request too', async () => {
    const taps = [
      { id: 'once', tag: '1', count: 2 },
      { id: 'once', tag: '1', count: 2 },
      { id: 'once', tag: '1', count: 3 },
    ]
    expect(await (await record(taps)).json()).toEqual({
      accepted: 1,
      duplicates: 1,
      rejected: [{ index: 2, code: 'id_reused' }],
    })
    expect(await (await record(taps.slice(0, 1))).json()).toMatchObject({ accepted: 0, duplicates: 1 })
  })

  test('judges each tap by itself', async () => {
    const response = await record([
      { id: 'good', tag: '1' },
      { id: 'x', tag: '2' },
      { id: 'x', tag: '3' },
      { id: 'x', tag: '\u0000' },
      { id: 'x\u0000', tag: '1' },
      { id: '\ud800', tag: '1' },
      { id: 'x', tag: '1', count: 0 },
      { id: 'x', tag: '1', at: '2026-11-21T12:00:00.001Z' },
      { id: 'late', tag: '1', at: '2001-01-01T00:00:00Z' },
      { id: 'x', tag: '1', at: '1970-01-01T00:00:00Z' },
      null,
      [],
      { id: 'x', tag: '1', more: 1 },
    ])
    expect(await response.json()).toEqual({
      accepted: 2,
      duplicates: 0,
      rejected: [
        { index: 1, code: 'tag_not_found' },
        { index: 2, code: 'tag_not_found' },
        { index: 3, code: 'tag_not_found' },
        { index: 4, code: 'invalid_id' },
        { index: 5, code: 'invalid_id' },
        { index: 6, code: 'invalid_count' },
        { index: 7, code: 'in_the_future' },
        { index: 9, code: 'invalid_time' },
        { index: 10, code: 'invalid_tap' },
        { index: 11, code: 'invalid_tap' },
        { index: 12, code: 'invalid_tap' },
      ],
    })
  })

  test('takes numbers that no double holds for what they are: not whole', async () => {
    const text =
      '{"taps":[{"id":"huge","tag":"1","count":1e400},{"id":"huge","tag":1e400},{"id":"huge","tag":9007199254740993}]}'
    const response = await team.send('POST', '/v1/taps', text)
    expect(await response.json()).toMatchObject({
      accepted: 0,
      rejected: [{ code: 'invalid_count' }, { code: 'invalid_tap' }, { code: 'invalid_tap' }],
    })
  })

  test('takes a thousand taps and no more', async () => {
    const taps = Array.from({ length: 1001 }, (_, i) => ({ id: `many ${i}`, tag: '1' }))
    const refused = await record(taps)
    expect([refused.status, ((await refused.json()) as ProblemBody).code]).toEqual([400, 'invalid_body'])
    expect(await (await record(taps.slice(1))).json()).toMatchObject({ accepted: 1000 })
    expect((await record([])).status).toBe(200)
  })

  test.each<[string, string, number]>([
    ['no JSON', '{', 400],
    ['a list', '[]', 400],
    ['no taps', '{}', 400],
    ['taps that are none', '{"taps":{}}', 400],
    ['unknown members', '{"taps":[],"team":1}', 400],
    ['members twice', '{"taps":[],"taps":[]}', 400],
    ['a prototype', '{"taps":[{"__proto__":{}}]}', 400],
    ['300 KiB', `{"taps":[],"x":"${'x'.repeat(300 * 1024)}"}`, 413],
    ['10,001 taps', JSON.stringify({ taps: Array.from({ length: 10_001 }, (_, i) => ({ id: `${i}`, tag: 1 })) }), 400],
  ])('refuses a body with %s', async (_, body, status) => {
    expect((await team.send('POST', '/v1/taps', body)).status).toBe(status)
  })

  test('refuses other media types, and queries', async () => {
    const response = await team.get('/v1/taps', { method: 'POST', body: '{"taps":[]}' })
    expect(response.status).toBe(415)
    expect((await team.send('POST', '/v1/taps?a=1', { taps: [] })).status).toBe(400)
  })

  test('needs a key that may write', async () => {
    const reader = await http.team('reader', ['read'])
    expect((await reader.send('POST', '/v1/taps', { taps: [] })).status).toBe(403)
    expect((await http.get('/v1/taps', { method: 'POST' })).status).toBe(401)
  })
})

describe('an Idempotency-Key', () => {
  test('gets the same answer for the same body, whatever the order of its keys', async () => {
    const first = await (
      await record(
        [
          { id: 'k1', tag: '1' },
          { id: 'k2', tag: '2' },
        ],
        { 'idempotency-key': 'first' },
      )
    ).text()
    const again = await record(
      [
        { tag: '1', id: 'k1' },
        { tag: '2', id: 'k2' },
      ],
      { 'idempotency-key': 'first' },
    )
    expect([again.status, await again.text()]).toEqual([200, first])
    expect(JSON.parse(first)).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'tag_not_found' }] })
  })

  test('is refused with another body, and counts nothing then', async () => {
    await record([{ id: 'r1', tag: '1' }], { 'idempotency-key': 'second' })
    const before = await total()
    const response = await record([{ id: 'r2', tag: '1' }], { 'idempotency-key': 'second' })
    expect([response.status, ((await response.json()) as ProblemBody).code]).toEqual([422, 'retry_key_reused'])
    expect(await total()).toBe(before)
  })

  test('is one of its team', async () => {
    await record([{ id: 't1', tag: '1' }], { 'idempotency-key': 'third' })
    const response = await other.send(
      'POST',
      '/v1/taps',
      { taps: [{ id: 't', tag: '2' }] },
      { 'idempotency-key': 'third' },
    )
    expect(await response.json()).toMatchObject({ accepted: 1 })
  })

  test('in flight is told so', async () => {
    const both = await Promise.all([
      record([{ id: 'f1', tag: '1' }], { 'idempotency-key': 'fourth' }),
      record([{ id: 'f1', tag: '1' }], { 'idempotency-key': 'fourth' }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect((await record([{ id: 'f1', tag: '1' }], { 'idempotency-key': 'fourth' })).status).toBe(200)
    const teams = await Promise.all([
      record([], { 'idempotency-key': 'both' }),
      other.send('POST', '/v1/taps', { taps: [] }, { 'idempotency-key': 'both' }),
    ])
    expect(teams.map(({ status }) => status)).toEqual([200, 200])
  })

  test('repeats what was in the future then, and is not any more', async () => {
    const taps = [
      { id: 'e1', tag: '1', at: '2026-11-22T00:00:00Z' },
      { id: 'e2', tag: '1' },
      { id: 'e3', tag: '1', at: '2026-11-01T00:00:00Z' },
      { id: 'e4', tag: '1', at: '2026-11-21T13:00:00Z' },
    ]
    const first = await (await record(taps, { 'idempotency-key': 'fifth' })).text()
    http.wall.stepWall(3 * 3_600_000)
    expect(await (await record(taps, { 'idempotency-key': 'fifth' })).text()).toBe(first)
    expect(JSON.parse(first)).toMatchObject({ accepted: 2, rejected: [{ index: 0 }, { index: 3 }] })
    http.wall.stepWall(-3 * 3_600_000)
  })

  test.each(['', 'x'.repeat(256), 'a b'])('is 1 to 255 visible characters, and %j is none', async (key) => {
    expect((await record([], { 'idempotency-key': key })).status).toBe(400)
  })
})
