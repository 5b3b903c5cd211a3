/**
 * `npm run chaos:quota`: two services on one Redis and one PostgreSQL, and more queries of one key than its quota allows:
 * as a steady flood over many windows, in bursts after a rest, and while Redis is killed and started again. Prints figures;
 * ends with 1 when more than the quota was let through in any window, less than it where there was no trouble, or anything
 * but 200 and 429 was answered.
 *
 *   --clients N (64)   --seconds N (20, of each flood)   --bursts N (10)   --kills N (10)   --persistence none|aof (aof)
 *
 * Redis is killed within one long window. With `--persistence none` it forgets with each kill, and up to as many quotas as
 * there are instances may then be let through.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startPostgres } from '../support/postgres.ts'
import { startRedis } from '../support/redis-server.ts'
import { type ServiceProcess, startService } from '../support/service.ts'
import { quotaCrowd } from './quota-crowd.ts'
import { quotaStamps } from './quota-stamps.ts'
import { figuresOf, mostByStamps, mostForSure, type Tally } from './quota-tally.ts'

const INSTANCES = 2
const QUOTA = 100
const WINDOW_MS = 2_000
/** Longer than the flood during which Redis is killed: whatever happens, this is one window. */
const LONG_WINDOW_MS = 600_000
const BURST = 500
const REDIS_AWAY_MS = 300
const ADMIN_TOKEN = 'the-token-of-the-operator-of-this-run'

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '20' },
    bursts: { type: 'string', default: '10' },
    kills: { type: 'string', default: '10' },
    persistence: { type: 'string', default: 'aof' },
  },
})
const floodMs = Number(values.seconds) * 1000
const kills = Number(values.kills)
const persistence = values.persistence === 'none' ? 'none' : 'aof'

const redis = await startRedis({ persistence })
const postgres = await startPostgres()
const nowhere = 'http://127.0.0.1:9'
const settings = {
  REDIS_URL: redis.url,
  DATABASE_URL: postgres.newDatabase(),
  ADMIN_TOKEN,
  QUERIES_PER_HOUR: String(QUOTA),
  // No source answers: nothing but queries happens.
  DEXSCREENER_URL: nowhere,
  JUPITER_URL: nowhere,
  GECKOTERMINAL_URL: nowhere,
}
const pair = await startPair(WINDOW_MS)
const longPair = await startPair(LONG_WINDOW_MS)
const clients = Number(values.clients)
const crowd = quotaCrowd({ urls: pair.urls, key: await keyOf(pair.urls[0] ?? '', 'One'), clients, windowMs: WINDOW_MS })
const longCrowd = quotaCrowd({
  urls: longPair.urls,
  key: await keyOf(pair.urls[0] ?? '', 'Two'),
  clients,
  windowMs: WINDOW_MS,
})
const stamps = await quotaStamps(redis.url)

// Connections stand, and code is compiled.
await crowd.flood(2_000)
const flood = await phase(() => crowd.flood(floodMs))
const bursts = await phase(() => crowd.bursts(Number(values.bursts), BURST))
const killed = await phase(async () => (await Promise.all([longCrowd.flood(floodMs), killRedis()]))[0])

// A machine that stalls may lose the last window of a flood.
const windows = Math.floor(floodMs / WINDOW_MS) - 1
const faults = [
  ...faultsOf('flood', WINDOW_MS, flood, { most: QUOTA, least: windows * QUOTA }),
  ...faultsOf('bursts', WINDOW_MS, bursts, { most: QUOTA, least: Number(values.bursts) * QUOTA }),
  ...faultsOf('kills', LONG_WINDOW_MS, killed, {
    most: persistence === 'aof' ? QUOTA : QUOTA * INSTANCES,
    least: QUOTA,
  }),
]
const phases = { flood, bursts, kills: killed }
const figures = Object.entries(phases).map(([name, { tally, stampsMs }]) => {
  return [name, figuresOf(tally, stampsMs, name === 'kills' ? LONG_WINDOW_MS : WINDOW_MS)] as const
})
stamps.close()
await Promise.all([crowd.close(), longCrowd.close()])
await Promise.all([pair.end(), longPair.end()])
await Promise.all([redis.stop(), postgres.stop()])
const setting = {
  instances: INSTANCES,
  quota: QUOTA,
  window_ms: WINDOW_MS,
  window_ms_of_kills: LONG_WINDOW_MS,
  redis_kills: kills,
  persistence,
}
process.stdout.write(`${JSON.stringify({ ...setting, ...Object.fromEntries(figures), faults }, null, 2)}\n`)
process.exit(faults.length === 0 ? 0 : 1)

interface Phase {
  readonly tally: Tally
  readonly stampsMs: readonly number[]
}

/** Begins with a quota that is untouched. */
async function phase(run: () => Promise<Tally>): Promise<Phase> {
  await pause(WINDOW_MS + 500)
  stamps.taken()
  const tally = await run()
  await pause(500)
  return { tally, stampsMs: stamps.taken() }
}

async function killRedis(): Promise<void> {
  const everyMs = floodMs / (kills + 1)
  for (let n = 0; n < kills; n++) {
    await pause(Math.max(0, everyMs - REDIS_AWAY_MS))
    await redis.kill9()
    await pause(REDIS_AWAY_MS)
    await redis.restart()
  }
}

interface Pair {
  readonly urls: readonly string[]
  end(): Promise<void>
}

async function startPair(windowMs: number): Promise<Pair> {
  const env = { ...settings, QUOTA_WINDOW_SECONDS: String(windowMs / 1000) }
  const services: ServiceProcess[] = []
  process.once('exit', () => {
    for (const service of services) service.signal('SIGKILL')
  })
  for (let n = 0; n < INSTANCES; n++) services.push(await startService(env))
  return {
    urls: services.map(({ url }) => url),
    async end() {
      for (const service of services) service.signal('SIGTERM')
      await Promise.all(services.map(({ ended }) => ended))
    },
  }
}

async function keyOf(url: string, team: string): Promise<string> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' }
  const post = async (path: string, body: unknown): Promise<Record<string, string>> => {
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (response.status !== 201) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Record<string, string>
  }
  const { id = '' } = await post('/v1/admin/teams', { name: team })
  const { key: secret = '' } = await post(`/v1/admin/teams/${id}/keys`, {})
  return secret
}

function faultsOf(
  name: string,
  windowMs: number,
  { tally, stampsMs }: Phase,
  { most, least }: { most: number; least: number },
): string[] {
  const found = Math.max(mostForSure(tally, windowMs), mostByStamps(stampsMs, windowMs))
  const other = Object.values(tally.others).reduce((sum, count) => sum + count, 0)
  return [
    ...(found > most ? [`${name}: ${found} in one window, at most ${most} are allowed`] : []),
    ...(tally.admitted.length < least ? [`${name}: ${tally.admitted.length} let through, of at least ${least}`] : []),
    ...(other > 0 ? [`${name}: ${other} answers were neither 200 nor 429`] : []),
  ]
}
