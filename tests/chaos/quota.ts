/**
 * `npm run chaos:quota`: two services on one Redis and one PostgreSQL, and more queries of one key than its quota allows:
 * as a steady flood over many windows, in bursts after a rest, and while Redis is killed and started again. Prints figures;
 * ends with 1 when more than the quota was let through in any window, less than it where there was no trouble, or anything
 * but 200 and 429 was answered.
 *
 *   --clients N (64)   --seconds N (20, of each flood)   --bursts N (10)   --kills N (10)   --persistence none|aof (aof)
 *
 * A Redis that keeps nothing forgets with each kill, and instances that cannot talk each allow a quota: then up to as many
 * quotas as there are instances may be let through around a kill.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startPostgres } from '../support/postgres.ts'
import { startRedis } from '../support/redis-server.ts'
import { startService } from '../support/service.ts'
import { quotaCrowd } from './quota-crowd.ts'
import { quotaStamps } from './quota-stamps.ts'
import { figuresOf, mostByStamps, mostForSure, type Tally } from './quota-tally.ts'

const INSTANCES = 2
const QUOTA = 100
const WINDOW_MS = 2_000
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
  QUOTA_WINDOW_SECONDS: String(WINDOW_MS / 1000),
  // No source answers: nothing but queries happens.
  DEXSCREENER_URL: nowhere,
  JUPITER_URL: nowhere,
  GECKOTERMINAL_URL: nowhere,
}
const services = [await startService(settings), await startService(settings)]
const urls = services.map(({ url }) => url)
const key = await keyOf(urls[0] ?? '')
const crowd = quotaCrowd({ urls, key, clients: Number(values.clients), windowMs: WINDOW_MS })

const stamps = await quotaStamps(redis.url)

await warmUp()
const flood = await phase(() => crowd.flood(floodMs))
const bursts = await phase(() => crowd.bursts(Number(values.bursts), BURST))
const killed = await phase(async () => (await Promise.all([crowd.flood(floodMs), killRedis()]))[0])

// A machine that stalls may lose the last window of a flood.
const windows = Math.floor(floodMs / WINDOW_MS) - 1
const faults = [
  ...faultsOf('flood', flood, { most: QUOTA, least: windows * QUOTA }),
  ...faultsOf('bursts', bursts, { most: QUOTA, least: Number(values.bursts) * QUOTA }),
  ...faultsOf('kills', killed, { most: persistence === 'aof' ? QUOTA : QUOTA * INSTANCES, least: 0 }),
]
const phases = { flood, bursts, kills: killed }
const figures = Object.entries(phases).map(([name, { tally, stampsMs }]) => {
  return [name, figuresOf(tally, stampsMs, WINDOW_MS)] as const
})
stamps.close()
await crowd.close()
for (const service of services) service.signal('SIGTERM')
await Promise.all(services.map(({ ended }) => ended))
await Promise.all([redis.stop(), postgres.stop()])
const setting = { instances: INSTANCES, quota: QUOTA, window_ms: WINDOW_MS, redis_kills: kills, persistence }
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

/** Connections stand, and code is compiled. */
async function warmUp(): Promise<void> {
  await crowd.flood(2_000)
}

async function keyOf(url: string): Promise<string> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' }
  const post = async (path: string, body: unknown): Promise<Record<string, string>> => {
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (response.status !== 201) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Record<string, string>
  }
  const { id = '' } = await post('/v1/admin/teams', { name: 'Flood' })
  const { key: secret = '' } = await post(`/v1/admin/teams/${id}/keys`, {})
  return secret
}

function faultsOf(
  name: string,
  { tally, stampsMs }: Phase,
  { most, least }: { most: number; least: number },
): string[] {
  const found = Math.max(mostForSure(tally, WINDOW_MS), mostByStamps(stampsMs, WINDOW_MS))
  const other = Object.values(tally.others).reduce((sum, count) => sum + count, 0)
  return [
    ...(found > most ? [`${name}: ${found} in one window, at most ${most} are allowed`] : []),
    ...(tally.admitted.length < least ? [`${name}: ${tally.admitted.length} let through, of at least ${least}`] : []),
    ...(other > 0 ? [`${name}: ${other} answers were neither 200 nor 429`] : []),
  ]
}
