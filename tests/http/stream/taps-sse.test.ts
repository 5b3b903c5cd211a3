import { describe, expect, test } from 'vitest'
import { streamReader } from '../../support/stream-reader.ts'
import { keyed, NOON_MS, row, TAGS_A, TAGS_B, tapStreams } from './taps-support.ts'

const [TAG = ''] = TAGS_A
const [FOREIGN = ''] = TAGS_B
const PATH = '/v1/stream/taps'

interface ServerEvent {
  readonly event?: string
  readonly id?: string
  readonly data: string
}

/** What an EventSource makes of the bytes. */
function eventsIn(text: string): ServerEvent[] {
  return text
    .split('\n\n')
    .map((block) => Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2))))
    .filter((fields) => 'data' in fields) as unknown as ServerEvent[]
}

type Http = Awaited<ReturnType<typeof tapStreams>>

async function open(http: Http, query = '', headers: Record<string, string> = keyed(http.a)) {
  const response = await http.get(PATH + query, { headers })
  expect(response.status).toBe(200)
  const body = response.body?.getReader()
  if (body === undefined) throw new Error('no body')
  const next = async () => Buffer.from((await body.read()).value ?? []).toString()
  expect(await next()).toMatch(/^retry: \d+\n\n$/)
  return { response, next, body, events: async () => eventsIn(await next()) }
}

const named = (events: readonly ServerEvent[]) => events.map(({ event, id }) => [event, id])

describe('taps as server-sent events', () => {
  test('begin with a snapshot and follow; every position is an id', async () => {
    const http = await tapStreams()
    const { events, response } = await open(http, '?interval=minute')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const begin = await events()
    await http.tap(TAG)
    await http.clock.advance(1000)
    const delta = await events()
    await http.clock.advance(14_000)
    const beat = await events()
    expect(named([...begin, ...delta, ...beat])).toEqual([
      ['subscribed', undefined],
      ['snapshot', 'e1-1'],
      ['delta', 'e1-2'],
      ['heartbeat', 'e1-2'],
    ])
    const reader = streamReader()
    for (const { data } of [...begin, ...delta, ...beat]) reader.read(data)
    expect(Object.fromEntries(reader.taps.get('taps')?.counts ?? [])).toEqual({ [row(NOON_MS, TAG)]: 1 })
  })

  test('go on from Last-Event-ID, or from `since`, with a new ticket each time', async () => {
    const http = await tapStreams()
    const first = await open(http, `?ticket=${await http.ticket(http.a)}`, {})
    await first.events()
    await first.body.cancel()
    await http.tap(TAG)
    await http.clock.advance(1000)
    const again = await open(http, `?ticket=${await http.ticket(http.a)}`, { 'last-event-id': 'e1-1' })
    expect(named(await again.events())).toEqual([
      ['subscribed', 'e1-1'],
      ['delta', 'e1-2'],
    ])
    const other = await open(http, `?since=e1-1&ticket=${await http.ticket(http.a)}`, {})
    expect(named(await other.events())).toEqual([
      ['subscribed', 'e1-1'],
      ['delta', 'e1-2'],
    ])
    const nowhere = await open(http, '?since=e1-1', { ...keyed(http.a), 'last-event-id': 'gone-7' })
    expect(named(await nowhere.events())).toEqual([
      ['subscribed', undefined],
      ['snapshot', 'e1-2'],
    ])
  })

  test('end with the key, and say so', async () => {
    const http = await tapStreams()
    const { events, next } = await open(http)
    await events()
    await http.access.service.revokeKey(http.a.key.id)
    await http.clock.advance(2000)
    const [last] = await events()
    expect([last?.event, JSON.parse(last?.data ?? '')]).toMatchObject(['error', { code: 'key_invalid' }])
    expect(await next()).toMatch(/^: 4401 key_invalid/)
    expect(await next()).toBe('')
  })

  test.each([
    ['', {}, 401, 'key_required'],
    ['', { 'x-api-key': 'nobody' }, 401, 'key_invalid'],
    ['?ticket=nothing', {}, 401, 'key_invalid'],
    ['?interval=week', null, 400, 'invalid_parameter'],
    ['?limit=5', null, 400, 'invalid_parameter'],
    [`?tag=${FOREIGN}`, null, 404, 'tag_not_found'],
    ['?tag=99', null, 404, 'tag_not_found'],
  ])('are refused with a problem for %s %j', async (query, headers, status, code) => {
    const http = await tapStreams()
    const response = await http.get(PATH + query, { headers: headers ?? keyed(http.a) })
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code])
    expect(http.streams()).toBe(0)
  })

  test('are refused while the store is away', async () => {
    const http = await tapStreams()
    http.tapStore.fail('away')
    const response = await http.get(PATH, { headers: keyed(http.a) })
    expect([response.status, await response.json()]).toMatchObject([503, { code: 'taps_unavailable' }])
    expect(http.streams()).toBe(0)
  })

  test('a key that may only write taps does not read them', async () => {
    const http = await tapStreams()
    const writer = await http.access.key('A', ['taps:write'])
    const response = await http.get(PATH, { headers: keyed(writer) })
    expect([response.status, await response.json()]).toMatchObject([403, { code: 'scope_missing' }])
  })

  test('the answer for a tag of another team is that for one that does not exist', async () => {
    const http = await tapStreams()
    const told = async (tag: string) => {
      const response = await http.get(`${PATH}?tag=${tag}`, { headers: keyed(http.a) })
      const { request_id: _, ...problem } = (await response.json()) as { request_id: string }
      return problem
    }
    expect(await told(FOREIGN)).toEqual(await told('99'))
  })

  test('a ticket opens a stream of tokens too', async () => {
    const http = await tapStreams({ publicReads: false })
    const refused = await http.get('/v1/stream/tokens')
    expect(refused.status).toBe(401)
    const response = await http.get(`/v1/stream/tokens?ticket=${await http.ticket(http.a)}`)
    expect(response.status).toBe(200)
    await response.body?.cancel()
  })
})
