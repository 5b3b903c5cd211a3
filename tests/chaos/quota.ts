/**
 * `npm run chaos:quota`: two services on one Redis and one PostgreSQL, and more queries of one key than its quota allows:
 * as a flood over many windows, in bursts after a rest, and at a steady rate: undisturbed, while Redis is killed and
 * started again, and while it hangs. Prints figures; ends with 1 when more than the quota was let through in any window,
 * less than it where there was no trouble, anything but 200 and 429 was answered, a decision without Redis was not counted,
 * or a Redis in trouble made queries wait too long. Waiting is judged only if there was little of it undisturbed: on a
 * machine with other work it says nothing.
 *
 *   --clients N (64)   --seconds N (20, of each phase)   --bursts N (10)   --rate N (1000 queries a second)
 *   --kills N (10)   --hangs N (5)   --persistence none|aof (aof)
 *
 * What is done to Redis is done within one long window. With `--persistence none` it forgets with each kill, and up to as
 * many quotas as there are instances may then be let through.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startPostgres } from '../support/postgres.ts'
import { startRedis } from '../support/redis-server.ts'
import { quotaCrowd } from './quota-crowd.ts'
import { type Harm, hanging, killing } from './quota-harm.ts'
import { quotaServices } from './quota-services.ts'
import { quotaStamps } from './quota-stamps.ts'
import type { Span, Tally, Waits } from './quota-tally.ts'
import { faultsOf, figuresOf, isWithin, type Phase } from './quota-verdict.ts'

const INSTANCES = 2
const QUOTA = 100
const WINDOW_MS = 2_000
/** Longer than a phase in which something is done to Redis: whatever happens, this is one window. */
const LONG_WINDOW_MS = 600_000
const BURST = 500
/** The longest that queries may wait while Redis is killed again and again. */
const KILLED_MS: Waits = { p50: 50, p99: 50, max: 300 }
/** While it hangs the first queries wait for it, and no others: 150 ms, and what the machine adds. */
const HUNG_MS: Waits = { p50: 50, p99: 300, max: 300 }

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '20' },
    bursts: { type: 'string', default: '10' },
    rate: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '10' },
    hangs: { type: 'string', default: '5' },
    persistence: { type: 'string', default: 'aof' },
  },
})
const phaseMs = Number(values.seconds) * 1000
const persistence = values.persistence === 'none' ? 'none' : 'aof'

const redis = await startRedis({ persistence })
const postgres = await startPostgres()
const database = postgres.newDatabase()
const stamps = await quotaStamps(redis.url)

const short = await begin(WINDOW_MS)
const flood = await phase(() => short.crowd.flood(short.key, phaseMs))
const bursts = await phase(() => short.crowd.bursts(short.key, Number(values.bursts), BURST))
await short.end()
const long = await begin(LONG_WINDOW_MS)
const calm = await harmed(0, async () => [])
const kills = await harmed(Number(values.kills), killing(redis))
const hangs = await harmed(Number(values.hangs), hanging(redis))
await long.end()
stamps.close()
await Promise.all([redis.stop(), postgres.stop()])

// A machine that stalls may lose the last window of a flood.
const windows = Math.floor(phaseMs / WINDOW_MS) - 1
const isCalm = isWithin(calm.tally, KILLED_MS)
const terms = { windowMs: LONG_WINDOW_MS, most: QUOTA, least: QUOTA, waitsMs: null }
const afterKills = { most: persistence === 'aof' ? QUOTA : QUOTA * INSTANCES, waitsMs: isCalm ? KILLED_MS : null }
const faults = [
  ...faultsOf('flood', flood, { ...terms, windowMs: WINDOW_MS, least: windows * QUOTA }),
  ...faultsOf('bursts', bursts, { ...terms, windowMs: WINDOW_MS, least: Number(values.bursts) * QUOTA }),
  ...faultsOf('calm', calm, terms),
  ...faultsOf('kills', kills, { ...terms, ...afterKills }),
  ...faultsOf('hangs', hangs, { ...terms, waitsMs: isCalm ? HUNG_MS : null }),
]
const setting = {
  instances: INSTANCES,
  quota: QUOTA,
  persistence,
  window_ms: WINDOW_MS,
  window_ms_of_harm: LONG_WINDOW_MS,
  redis_kills: Number(values.kills),
  redis_hangs: Number(values.hangs),
}
const figures = {
  flood: figuresOf(flood, WINDOW_MS),
  bursts: figuresOf(bursts, WINDOW_MS),
  calm: figuresOf(calm, LONG_WINDOW_MS),
  kills: figuresOf(kills, LONG_WINDOW_MS),
  hangs: figuresOf(hangs, LONG_WINDOW_MS),
}
process.stdout.write(`${JSON.stringify({ ...setting, ...figures, waits_judged: isCalm, faults }, null, 2)}\n`)
process.exit(faults.length === 0 ? 0 : 1)

async function begin(windowMs: number) {
  const quota = { QUERIES_PER_HOUR: String(QUOTA), QUOTA_WINDOW_SECONDS: String(windowMs / 1000) }
  const services = await quotaServices(INSTANCES, { REDIS_URL: redis.url, DATABASE_URL: database, ...quota })
  const crowd = quotaCrowd({ urls: services.urls, clients: Number(values.clients), windowMs })
  const key = await services.newKey()
  // Connections stand, and code is compiled.
  await crowd.flood(key, 2_000)
  const end = async () => {
    await crowd.close()
    await services.end()
  }
  return { services, crowd, key, end }
}

/** Begins with a quota that is untouched. */
async function phase(run: () => Promise<Tally>): Promise<Phase> {
  await pause(WINDOW_MS + 500)
  stamps.taken()
  const tally = await run()
  await pause(500)
  return { tally, stampsMs: stamps.taken() }
}

/** One window of a steady rate, in which something is done to Redis. */
async function harmed(times: number, harm: Harm): Promise<Phase> {
  const { services, crowd } = long
  const key = await services.newKey()
  const before = await services.decidedAlone()
  let away: readonly Span[] = []
  const harming = async () => {
    away = await harm(times, phaseMs)
  }
  const done = await phase(async () => {
    const [tally] = await Promise.all([crowd.steady(key, Number(values.rate), phaseMs), harming()])
    return tally
  })
  return { ...done, away, decidedAlone: (await services.decidedAlone()) - before }
}
