import { randomBytes } from 'node:crypto'
import { createClient } from 'redis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { secretOf } from '../../src/domain/access/secret.ts'
import { privateRedisForTests } from '../support/redis.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { skipUnless } from '../support/require-all.ts'
import { findRuntime, startCommand } from '../support/runtimes.ts'
import { eventually, type ServiceProcess, startService } from '../support/service.ts'
import { newEngineFolder, tempFolder } from '../support/stores.ts'
import { type Answer, type Client, clientOf } from './team-client.ts'

const ADMIN_TOKEN = 'an-admin-token-of-enough-characters-1234'
const NOWHERE = 'http://127.0.0.1:9'
/** No source answers: nothing but teams and their taps is here. */
const SETTINGS = { DEXSCREENER_URL: NOWHERE, JUPITER_URL: NOWHERE, GECKOTERMINAL_URL: NOWHERE, ADMIN_TOKEN }
const QUOTA = 10
const QUESTION = '/v1/taps/analytics?from=2026-11-01&to=2026-11-03&interval=day'
const VISITS_PER_MINUTE = 600
const UNKNOWN_KEYS_PER_MINUTE = 20

const access = privateRedisForTests()

for (const name of ['node', 'deno', 'bun'] as const) {
  const binary = name === 'node' ? process.execPath : findRuntime(name)
  const why = binary === null ? `${name} was not found: set ${name.toUpperCase()}_BIN` : 'no redis-server on PATH'
  skipUnless(binary !== null && !access.skip, why)(`taps and quotas on ${name}`, () => {
    let folder: Awaited<ReturnType<typeof tempFolder>>
    let redis: RedisServer
    let service: ServiceProcess
    let operator: Client

    const start = async (more: Readonly<Record<string, string>>) => {
      const env = { ...SETTINGS, QUERIES_PER_HOUR: String(QUOTA), METRICS_PORT: '0', ...more }
      const command = name === 'node' ? undefined : startCommand(name, binary ?? name)
      service = await startService({ ...env, DATA_DIR: `${folder.path}/data` }, command)
      operator = clientOf(service.url, ADMIN_TOKEN)
      await eventually(
        () => operator.get('/v1/admin/teams'),
        ({ status }) => status === 200,
      )
    }
    /** A client with a key of a new team. */
    const newTeam = async (): Promise<Client & { readonly keyId: string; readonly key: string }> => {
      const { id } = bodyOf(await operator.post('/v1/admin/teams', { name: randomBytes(8).toString('hex') }))
      const issued = bodyOf(await operator.post(`/v1/admin/teams/${id}/keys`, {}))
      const [keyId = '', key = ''] = [issued['id'], issued['key']]
      return { ...clientOf(service.url, key), keyId, key }
    }

    beforeAll(async () => {
      folder = await tempFolder()
      await newEngineFolder(`${folder.path}/data`)
      redis = await access.openServer({ persistence: 'aof' })
      await start({ REDIS_URL: redis.url })
    })
    afterAll(async () => {
      await service?.[Symbol.asyncDispose]()
      await redis?.stop()
      folder?.remove()
    })

    test('counts every tap once, and tells the counts in the new form and the old one', async () => {
      const team = await newTeam()
      for (const uid of ['1', '2']) expect((await team.post('/v1/tags', { uid })).status).toBe(201)
      const taps = [
        { id: 'a', tag: '1', at: '2026-11-01T23:59:59.999Z' },
        { id: 'b', tag: '1', at: '2026-11-02T00:00:00Z', count: 4 },
        { id: 'c', tag: '2', at: '2026-11-02T12:00:00+01:00' },
        { id: 'd', tag: '3', at: '2026-11-02T12:00:00Z' },
      ]
      const told = await team.post('/v1/taps', { taps })
      expect(told.body).toEqual({ accepted: 3, duplicates: 0, rejected: [{ index: 3, code: 'tag_not_found' }] })
      const again = await team.post('/v1/taps', { taps: taps.slice(0, 3) })
      expect(again.body).toEqual({ accepted: 0, duplicates: 3, rejected: [] })
      const counts = await team.get(`${QUESTION}&group_by=tag`)
      expect(counts.body).toMatchObject({
        total: 6,
        data: [{ count: 1 }, { count: 5 }, { count: 0 }],
        tags: [
          { tag: '1', total: 5 },
          { tag: '2', total: 1 },
        ],
      })
      const asked = { startDate: '2026-11-01', endDate: '2026-11-30', interval: 'day' }
      expect((await team.post('/v1/api/tap/analytics', asked)).body).toEqual({
        message: 'Tap analytics',
        data: [
          { period: '2026-11-01T00:00:00.000Z', total_count: '1' },
          { period: '2026-11-02T00:00:00.000Z', total_count: '5' },
        ],
      })
    })

    test('lets through exactly the quota of many at once, and says in every answer how it stands', async () => {
      const team = await newTeam()
      expect((await team.get('/v1/taps/analytics?from=never&to=2026-11-02')).status).toBe(400)
      const answers = await Promise.all(Array.from({ length: 3 * QUOTA }, () => team.get(QUESTION)))
      const [good, refused] = [200, 429].map((status) => answers.filter((answer) => answer.status === status))
      expect([good?.length, refused?.length]).toEqual([QUOTA, 2 * QUOTA])
      expect(good?.map(standing).sort((a, b) => a.left - b.left)).toMatchObject(
        Array.from({ length: QUOTA }, (_, left) => ({ left })),
      )
      for (const answer of answers) {
        const { left, seconds } = standing(answer)
        expect(answer.headers.get('ratelimit-policy')).toBe(`"hour";q=${QUOTA};w=3600`)
        expect(seconds).toBeGreaterThan(3500)
        expect(seconds).toBeLessThanOrEqual(3600)
        if (answer.status === 429) expect(left).toBe(0)
        expect(answer.headers.get('retry-after')).toBe(answer.status === 429 ? String(seconds) : null)
      }
      expect(bodyOf(await team.get('/v1/me'))['quota']).toMatchObject({ limit: QUOTA, left: 0 })
    })

    test.each([
      ['is dead', () => redis.kill9(), () => redis.restart()],
      ['hangs', async () => redis.pause(), async () => redis.resume()],
    ])(
      'keeps the quota while Redis %s, tells Redis afterwards, and counts what it decided alone',
      async (_, end, begin) => {
        const team = await newTeam()
        const ask = async (count: number) => {
          const answers = await Promise.all(Array.from({ length: count }, () => team.get(QUESTION)))
          return answers.map(({ status }) => status)
        }
        expect(await ask(4)).toEqual([200, 200, 200, 200])
        const alone = await decidedAlone(service)
        await end()
        const statuses = await ask(20)
        expect(statuses.filter((status) => status === 200)).toHaveLength(QUOTA - 4)
        expect(statuses.filter((status) => status === 429)).toHaveLength(20 - (QUOTA - 4))
        expect(await decidedAlone(service)).toBeGreaterThan(alone)
        await begin()
        const admin = await createClient({ url: redis.url }).connect()
        await eventually(
          () => admin.zCard(`{tt:quota}${team.keyId}`),
          (held) => held === QUOTA,
        )
        admin.destroy()
      },
    )

    test('refuses a revoked key at once, and ends its stream', async () => {
      const team = await newTeam()
      const stream = await fetch(`${service.url}/v1/stream/taps`, { headers: { 'x-api-key': team.key } })
      expect(stream.status).toBe(200)
      expect((await operator.delete(`/v1/admin/keys/${team.keyId}`)).status).toBe(204)
      expect((await team.get('/v1/me')).status).toBe(401)
      await stream.text()
      expect(service.output()).not.toMatch(/ttap_live_/)
    })

    test('counts so many visits of an address in a minute, and no more', async () => {
      const team = await newTeam()
      bodyOf(await team.post('/v1/tags', { uid: '77', target_url: 'https://tickertap.dev/' }))
      const stranger = clientOf(service.url, 'nobody')
      const statuses: number[] = []
      for (let n = 0; n < VISITS_PER_MINUTE + 10; n++) statuses.push((await stranger.get('/t/77')).status)
      expect(statuses.indexOf(429)).toBe(VISITS_PER_MINUTE)
      expect(new Set(statuses)).toEqual(new Set([302, 429]))
      const today = new Date().toISOString().slice(0, 10)
      const counted = async () => bodyOf(await team.get(`/v1/taps/analytics?from=${today}&to=${today}`))['total']
      await eventually(counted, (total) => Number(total) === VISITS_PER_MINUTE)
    })

    // The last with Redis, because a key that is new to the service is not looked up in the minute after it.
    test('looks up so many unknown keys of an address in a minute, and no more', async () => {
      const team = await newTeam()
      expect((await team.get('/v1/me')).status).toBe(200)
      const statuses: number[] = []
      for (let n = 0; n < UNKNOWN_KEYS_PER_MINUTE + 5; n++) {
        const { status, headers } = await clientOf(service.url, secretOf('key', randomBytes(32))).get('/v1/me')
        statuses.push(status)
        if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      }
      expect(statuses.filter((status) => status === 401)).toHaveLength(UNKNOWN_KEYS_PER_MINUTE)
      expect(statuses.filter((status) => status === 429)).toHaveLength(5)
      expect((await team.get('/v1/me')).status).toBe(200)
    })

    test('without Redis, a quota and counts outlive a restart', async () => {
      service.signal('SIGTERM')
      expect(await service.ended).toBe(0)
      await start({})
      const { key, ...team } = await newTeam()
      bodyOf(await team.post('/v1/tags', { uid: '88' }))
      await team.post('/v1/taps', { taps: [{ id: 'only', tag: '88', at: '2026-11-02T00:00:00Z' }] })
      for (let n = 1; n < QUOTA; n++) expect((await team.get(QUESTION)).status).toBe(200)
      service.signal('SIGTERM')
      expect(await service.ended).toBe(0)
      await start({})
      const { get } = clientOf(service.url, key)
      const last = await get(QUESTION)
      expect([last.status, bodyOf(last)['total'], standing(last).left]).toEqual([200, 1, 0])
      expect((await get(QUESTION)).status).toBe(429)
    })
  })
}

function bodyOf({ status, body }: Answer): Record<string, string> {
  if (status >= 400) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return body as Record<string, string>
}

/** What the header says: how many are left, and after how many seconds there is one more. */
function standing({ headers }: Answer): { readonly left: number; readonly seconds: number } {
  const [, left, seconds] = /^"hour";r=(\d+);t=(\d+)$/.exec(headers.get('ratelimit') ?? '') ?? []
  return { left: Number(left), seconds: Number(seconds) }
}

async function decidedAlone(service: ServiceProcess): Promise<number> {
  const [, url = ''] = await service.said(/"metrics":"([^"]+)"/)
  return Number(/^tickertap_quota_alone_total (\d+)/m.exec(await (await fetch(url)).text())?.[1])
}
