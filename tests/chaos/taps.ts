/**
 * `npm run chaos:taps`: eight clients send taps, each request again until it is answered, while the service is killed
 * (kill -9) again and again. Then every tap that was acknowledged must be counted exactly once, every other one at most
 * once, and all that counts must agree. Prints the figures as JSON, and ends with 1 when something differs.
 *
 *   --taps N (100000)   --kills N (20)   --clients N (8)   --postgres: on a server of its own, which is every third victim
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Team, tapClients } from './taps-clients.ts'
import { type Comparison, compare, ledger, type StoredEvent } from './taps-ledger.ts'
import { ADMIN_TOKEN, startVictim, type Victim } from './taps-victim.ts'

const { values } = parseArgs({
  options: {
    taps: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '20' },
    clients: { type: 'string', default: '8' },
    postgres: { type: 'boolean', default: false },
  },
})
const [taps = 0, kills = 0, clients = 0] = [values.taps, values.kills, values.clients].map(Number)
const TEAMS = 2
const TAGS = 20
const DAY_MS = 86_400_000
/** A kill comes up to so long after its turn: at any moment of a request. */
const SPREAD_MS = 150
const LOOK_EVERY_MS = 5
const EVENTS = "select json_agg(json_build_object('id', event_id, 'count', count))::text as json from tap_seen"
const SUM = 'select coalesce(sum(count), 0)::int8 as total from tap'

const victim = await startVictim(values.postgres)
try {
  const figures = await run(victim)
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
  process.exitCode = figures.isWell ? 0 : 1
} finally {
  await victim.stop()
}

async function run({ url, harm, leftBehind }: Victim) {
  const teams = await Promise.all(Array.from({ length: TEAMS }, (_, index) => newTeam(url, `team of run ${index}`)))
  const book = ledger()
  const beganMs = performance.now()
  const [sent, killed] = await Promise.all([
    tapClients({ url, teams, clients, taps, ledger: book }),
    killing(harm, () => book.told.size + book.untold.size),
  ])
  const seconds = (performance.now() - beganMs) / 1000
  const counted = await Promise.all(teams.map(({ key }) => totalOf(url, key)))
  const left = await inspected(await leftBehind())
  const comparison = compare(book, left.events)
  const analyticsTotal = counted.reduce((sum, total) => sum + total, 0)
  return {
    engine: values.postgres ? 'postgresql' : 'embedded',
    taps,
    kills: killed,
    seconds: Math.round(seconds),
    acknowledged: book.told.size,
    acknowledgedPerSecond: Math.round(book.told.size / seconds),
    abandoned: book.untold.size,
    ...sent,
    ...comparison,
    rowsSum: left.rowsSum,
    rollUpMinutesThatDiffer: left.differing,
    analyticsTotal,
    isWell: isWell({
      comparison,
      sums: [left.rowsSum, analyticsTotal],
      faults: left.differing + sent.wrongAnswers.length,
    }),
  }
}

function isWell({
  comparison,
  sums,
  faults,
}: {
  comparison: Comparison
  sums: readonly number[]
  faults: number
}): boolean {
  const { lost, wrong, foreign, sum } = comparison
  return lost + wrong + foreign + faults === 0 && sums.every((one) => one === sum)
}

/** Spreads the kills over the work, so that all of them come while there is some. */
async function killing(harm: Victim['harm'], done: () => number) {
  const killed = { service: 0, database: 0 }
  for (let kill = 0; kill < kills; kill += 1) {
    const turn = (taps * (kill + 0.2 + 0.6 * Math.random())) / (kills + 0.5)
    while (done() < turn) await pause(LOOK_EVERY_MS)
    await pause(Math.random() * SPREAD_MS)
    const whose = await harm()
    killed[whose] += 1
    process.stderr.write(`kill ${kill + 1} of the ${whose} at ${done()} taps\n`)
  }
  return killed
}

async function newTeam(url: string, name: string): Promise<Team> {
  const operator = { authorization: `Bearer ${ADMIN_TOKEN}` }
  const team = await created(`${url}/v1/admin/teams`, operator, { name })
  const { key } = await created(`${url}/v1/admin/teams/${team['id']}/keys`, operator, {})
  const holder = { 'x-api-key': String(key) }
  const tags: string[] = []
  for (let tag = 0; tag < TAGS; tag += 1) tags.push(String((await created(`${url}/v1/tags`, holder, {}))['uid']))
  return { key: String(key), tags }
}

/** The storage may still be opening. */
async function created(url: string, headers: Record<string, string>, body: object): Promise<Record<string, unknown>> {
  for (let tries = 0; ; tries += 1) {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }
    const response = await fetch(url, init)
    if (response.status === 201) return (await response.json()) as Record<string, unknown>
    const text = await response.text()
    if (response.status !== 503 || tries === 200) throw new Error(`${url}: ${response.status} ${text}`)
    await pause(100)
  }
}

async function totalOf(url: string, key: string): Promise<number> {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  const range = `from=${day(Date.now() - 70 * DAY_MS)}&to=${day(Date.now() + DAY_MS)}`
  for (let tries = 0; ; tries += 1) {
    const response = await fetch(`${url}/v1/taps/analytics?${range}&interval=day`, { headers: { 'x-api-key': key } })
    const text = await response.text()
    if (response.status === 200) return JSON.parse(text).total
    if (response.status !== 503 || tries === 100) throw new Error(`Analytics: ${response.status} ${text}`)
    await pause(100)
  }
}

/** What the storage has, looked at without the service. */
async function inspected(store: Awaited<ReturnType<Victim['leftBehind']>>) {
  try {
    const differing = await store.taps.check()
    const [row] = await store.db((tx) => tx.query<{ readonly json: string | null }>(EVENTS, []))
    const [sum] = await store.db((tx) => tx.query<{ readonly total: number }>(SUM, []))
    return { differing, events: JSON.parse(row?.json ?? '[]') as StoredEvent[], rowsSum: Number(sum?.total) }
  } finally {
    await store.close()
  }
}
