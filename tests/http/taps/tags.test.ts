import { beforeAll, describe, expect, test } from 'vitest'
import { TagSchema, TagsSchema } from '../../../src/adapters/http/schemas/tag.ts'
import { memoryTapStore } from '../../support/memory-tap-store.ts'
import { type CountsBody, type ProblemBody, type TestTeam, TOKEN, tapHttp } from './support.ts'

const store = memoryTapStore()
const http = tapHttp({ store })
let team: TestTeam
let other: TestTeam

interface TagBody {
  readonly uid: string
  readonly name: string | null
  readonly token_id: string | null
  readonly target_url: string | null
}

beforeAll(async () => {
  team = await http.team('one')
  other = await http.team('two')
  await other.addTag('21')
})

const add = (body: object) => team.send('POST', '/v1/tags', body)
const tags = async (of = team) => (await of.json<{ data: TagBody[] }>('/v1/tags')).data

describe('tags', () => {
  test('are made, listed, changed and removed', async () => {
    const made = await add({ uid: '5', name: ' Door ', token_id: TOKEN, target_url: 'https://example.com/a?b' })
    expect(made.status).toBe(201)
    const tag = TagSchema.strict().parse(await made.json())
    expect(tag).toEqual({
      uid: '5',
      name: 'Door',
      token_id: TOKEN,
      target_url: 'https://example.com/a?b',
      created_at: '2026-11-20T12:00:00.000Z',
    })
    expect(TagsSchema.strict().parse(await team.json('/v1/tags'))).toEqual({ data: [tag], next_cursor: null })
    const changed = await team.send('PATCH', '/v1/tags/5', { target_url: null, name: 'Hall' })
    expect(await changed.json()).toEqual({ ...tag, target_url: null, name: 'Hall' })
    expect(await (await team.send('PATCH', '/v1/tags/5', {})).json()).toMatchObject({ name: 'Hall', token_id: TOKEN })
    const removed = await team.send('DELETE', '/v1/tags/5')
    expect([removed.status, await removed.text()]).toEqual([204, ''])
    expect(await tags()).toEqual([])
    expect((await team.send('DELETE', '/v1/tags/5')).status).toBe(404)
  })

  test('are listed in pages, which nothing that is made or removed meanwhile disturbs', async () => {
    const many = await http.team('many')
    for (const uid of ['103', '101', '1000', '104', '102']) await many.addTag(uid)
    const page = (query: string) => many.json<{ data: TagBody[]; next_cursor: string | null }>(`/v1/tags${query}`)
    const uidsOf = ({ data }: { data: TagBody[] }) => data.map(({ uid }) => uid)
    const first = await page('?limit=2')
    expect(uidsOf(first)).toEqual(['101', '102'])
    await many.send('DELETE', '/v1/tags/102')
    const second = await page(`?limit=2&cursor=${first.next_cursor}`)
    expect(uidsOf(second)).toEqual(['103', '104'])
    http.wall.stepWall(1)
    await many.addTag('99')
    const third = await page(`?limit=2&cursor=${second.next_cursor}`)
    expect([uidsOf(third), third.next_cursor]).toEqual([['1000', '99'], null])
    expect(uidsOf(await page(''))).toEqual(['101', '103', '104', '1000', '99'])
    http.wall.stepWall(-1)
  })

  test.each([
    ['limit=0', 'invalid_parameter'],
    ['limit=1001', 'invalid_parameter'],
    ['cursor=', 'invalid_cursor'],
    ['cursor=5', 'invalid_cursor'],
    ['cursor=5-0', 'invalid_cursor'],
    ['cursor=5-9223372036854775808', 'invalid_cursor'],
    ['page=2', 'invalid_parameter'],
  ])('are not listed with ?%s', async (query, code) => {
    const response = await team.get(`/v1/tags?${query}`)
    expect([response.status, ((await response.json()) as ProblemBody).code]).toEqual([400, code])
  })

  test('have uids of their own when nobody names one', async () => {
    const uids = await Promise.all(
      Array.from({ length: 20 }, async () => ((await (await add({})).json()) as TagBody).uid),
    )
    expect(new Set(uids).size).toBe(20)
    for (const uid of uids) expect(BigInt(uid) > 0n && BigInt(uid) < 2n ** 63n).toBe(true)
  })

  test('have ids of tokens in their comparing form', async () => {
    const response = await add({ token_id: `ethereum:0x${'AB'.repeat(20)}` })
    expect(await response.json()).toMatchObject({ token_id: `ethereum:0x${'ab'.repeat(20)}` })
  })

  test('are taken once for all teams, removed ones too', async () => {
    await add({ uid: '6' })
    for (const uid of ['6', '21']) {
      const response = await add({ uid })
      expect([response.status, ((await response.json()) as ProblemBody).code]).toEqual([409, 'tag_taken'])
    }
    await team.send('DELETE', '/v1/tags/6')
    expect((await add({ uid: '6' })).status).toBe(409)
  })

  test.each<[object, string]>([
    [{ uid: '0' }, 'uid'],
    [{ uid: 7 }, 'uid'],
    [{ uid: '9223372036854775808' }, 'uid'],
    [{ uid: '1; drop table tag' }, 'uid'],
    [{ name: '' }, 'name'],
    [{ name: 'a\u0000b' }, 'name'],
    [{ name: '\ud800' }, 'name'],
    [{ name: 7 }, 'name'],
    [{ token_id: 'SOL' }, 'token_id'],
    [{ token_id: 'nowhere:abc' }, 'token_id'],
    [{ token_id: 'solana:' }, 'token_id'],
    [{ target_url: 'http://example.com' }, 'target_url'],
    [{ target_url: 'javascript:alert(1)' }, 'target_url'],
    [{ target_url: 'https://127.0.0.1/' }, 'target_url'],
    [{ target_url: 'https://a:b@example.com/' }, 'target_url'],
    [{ target_url: 'https://example.com/\u0000' }, 'target_url'],
    [{ team_id: 2 }, 'team_id'],
  ])('are not made of %j', async (body, path) => {
    const response = await add(body)
    const problem = (await response.json()) as ProblemBody
    expect([response.status, problem.code]).toEqual([400, 'invalid_body'])
    expect(problem.errors.map((error) => error.path)).toEqual([path])
  })

  test('say every flaw at once', async () => {
    const response = await add({ name: '', token_id: 'x', target_url: 'y' })
    expect(((await response.json()) as ProblemBody).errors.map(({ path }) => path)).toEqual([
      'name',
      'token_id',
      'target_url',
    ])
  })

  test('of another team look like none', async () => {
    const answers = ['21', '99', 'abc', '%00'].flatMap((uid) => [
      team.send('PATCH', `/v1/tags/${uid}`, { name: 'mine' }),
      team.send('DELETE', `/v1/tags/${uid}`),
    ])
    const texts = (await Promise.all(answers)).map(async (response) => {
      expect(response.status).toBe(404)
      return (await response.text()).replace(/"request_id":"[^"]*"/, '')
    })
    expect(new Set(await Promise.all(texts)).size).toBe(1)
    expect((await tags(other)).map(({ uid, name }) => [uid, name])).toEqual([['21', null]])
  })

  test('are changed by keys that may write alone', async () => {
    const reader = await http.team('reader', ['read'])
    expect((await reader.send('POST', '/v1/tags', {})).status).toBe(403)
    expect((await reader.get('/v1/tags')).status).toBe(200)
    expect((await http.get('/v1/tags')).status).toBe(401)
  })
})

describe('GET /t/{tag}', () => {
  const visit = (uid: string, init?: RequestInit) => http.get(`/t/${uid}`, init)
  const total = async (uid: string) =>
    (await team.json<CountsBody>(`/v1/taps/analytics?from=2026-11-20&to=2026-11-20&interval=day&tag=${uid}`)).total

  beforeAll(async () => {
    await team.addTag('31', { target_url: 'https://example.com/here' })
    await team.addTag('32', { token_id: TOKEN })
    await team.addTag('33')
  })

  test.each([
    ['31', 'https://example.com/here'],
    ['32', `/?token=${encodeURIComponent(TOKEN)}`],
    ['33', '/'],
  ])('counts a tap of %s and leads to %s', async (uid, location) => {
    const response = await visit(uid)
    expect([response.status, response.headers.get('location')]).toEqual([302, location])
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await total(uid)).toBe(1)
    await Promise.all([visit(uid), visit(uid)])
    expect(await total(uid)).toBe(3)
  })

  test.each(['utm_source=poster&utm_medium=nfc', 'x=1&x=2', '=x', '%ff=%', '__proto__=1'])(
    'counts a tap whatever hangs on the address: ?%s',
    async (query) => {
      const before = await total('31')
      const response = await visit(`31?${query}`)
      expect([response.status, response.headers.get('location')]).toEqual([302, 'https://example.com/here'])
      expect(await total('31')).toBe(before + 1)
    },
  )

  test('counts no HEAD', async () => {
    const before = await total('31')
    const response = await visit('31', { method: 'HEAD' })
    expect([response.status, response.headers.get('location')]).toEqual([302, 'https://example.com/here'])
    expect(await total('31')).toBe(before)
  })

  test('leads nowhere that the request names', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', referer: 'https://evil.example' }
    const response = await visit('32?to=https://evil.example&token=evil', { headers })
    expect(response.headers.get('location')).toBe(`/?token=${encodeURIComponent(TOKEN)}`)
  })

  test.each(['1', '0', '031', 'abc', '%252e', '%2f%2fevil.example', '%00', '-31', '3 1', '9'.repeat(400)])(
    'does not know %s',
    async (uid) => {
      const response = await visit(uid)
      expect([response.status, ((await response.json()) as ProblemBody).code]).toEqual([404, 'tag_not_found'])
      expect(response.headers.has('location')).toBe(false)
    },
  )

  test('forgets a tag that is removed, and follows one that is changed', async () => {
    await team.send('PATCH', '/v1/tags/33', { target_url: 'https://example.com/there' })
    expect((await visit('33')).headers.get('location')).toBe('https://example.com/there')
    await team.send('DELETE', '/v1/tags/33')
    expect((await visit('33')).status).toBe(404)
  })

  test('leads on while the store is away, and counts later', async () => {
    await team.addTag('34', { target_url: 'https://example.com/away' })
    await visit('34')
    store.fail('gone')
    const responses = await Promise.all([visit('34'), visit('34'), visit('35')])
    expect(responses.map(({ status }) => status)).toEqual([302, 302, 503])
    expect(responses[2]?.headers.get('retry-after')).toBe('5')
    expect(http.taps.figures()).toMatchObject({ keptVisits: 2, lostVisits: 0 })
    store.fail(null)
    await expect.poll(() => total('34'), { timeout: 20_000 }).toBe(3)
    expect(http.taps.figures()).toMatchObject({ keptVisits: 0, lostVisits: 0 })
  })
})

test('everything says so while the store is away, and nothing is half done', async () => {
  store.fail('gone: host=secret')
  const answers = [
    await team.send('POST', '/v1/taps', { taps: [{ id: 'away', tag: '31' }] }),
    await team.get('/v1/tags'),
    await add({ uid: '77' }),
    await team.get('/v1/taps/analytics?from=2023-01-01&to=2023-01-02'),
    await team.send('POST', '/v1/api/tap/analytics', {
      startDate: '2023-01-01',
      endDate: '2023-01-02',
      interval: 'day',
    }),
  ]
  store.fail(null)
  for (const response of answers) {
    const text = await response.text()
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
    expect(text).toContain('"taps_unavailable"')
    expect(text).not.toContain('secret')
  }
  expect(await (await team.send('POST', '/v1/taps', { taps: [{ id: 'away', tag: '31' }] })).json()).toMatchObject({
    accepted: 1,
  })
})
