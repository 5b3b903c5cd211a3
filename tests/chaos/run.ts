import { setTimeout as pause } from 'node:timers/promises'
import { type SimulatorUrls, startSimulator } from '../../simulator/start.ts'
import { freePort, startRedis } from '../support/redis-server.ts'
import { eventually, type ServiceProcess, startService, untilReady, upstreams } from '../support/service.ts'
import { watchStalls } from '../support/stalls.ts'
import { type CrowdFigures, crowd, LISTS } from './crowd.ts'
import { type Rows, type WitnessFigures, witness } from './witness.ts'

export interface ChaosOptions {
  readonly instances: number
  readonly subscribers: number
  readonly seconds: number
  /** Between two kills of the instance that decides; null for none. */
  readonly killEverySeconds: number | null
  /** How often Redis is killed and started again meanwhile. */
  readonly redisKills: number
  readonly log?: (line: string) => void
}

export interface ChaosFigures extends WitnessFigures, CrowdFigures {
  readonly kills: number
  readonly redisKills: number
  /** Subscribers that had not reached the newest board ten seconds after the last harm. */
  readonly leftBehind: number
  /** REST answers during the harm by status, `none` for no answer. */
  readonly answers: Readonly<Record<string, number>>
  /** By source: most calls in any 60 s, of what one instance may make. */
  readonly calls: Readonly<Record<string, string>>
}

/** What one instance may call in a minute; the simulator allows as much, so whatever is beyond would be refused. */
const BUDGETS: Readonly<Record<string, number>> = { dexscreener: 120, jupiter: 24, geckoterminal: 6 }
const CALM_MS = 10_000
const REDIS_AWAY_MS = 500
const LOOK_EVERY_MS = 250

/** Some instances over one private Redis and one simulated market, harmed for a while and watched from outside. */
export async function chaos(options: ChaosOptions): Promise<ChaosFigures> {
  const { log = () => {} } = options
  await using cleanup = new AsyncDisposableStack()
  const redis = await startRedis()
  cleanup.defer(redis.stop)
  const callsMs = new Map<string, number[]>()
  const simulator = await startSimulator({
    limits: 'off',
    log: (line) => noteCall(callsMs, line),
  })
  cleanup.defer(simulator.close)
  const fleet = await startFleet(options.instances, { ...settings(simulator.urls), REDIS_URL: redis.url })
  cleanup.defer(fleet.stop)
  log(`${options.instances} instances are ready`)

  const stalls = cleanup.use(watchStalls(() => [process.pid, ...fleet.pids()]))
  const seen = witness(() => performance.now() - stalls.totalMs())
  const people = crowd({ size: options.subscribers, urls: fleet.urls, witness: seen })
  cleanup.defer(async () => people.close())
  const stop = new AbortController()
  const looks = looksAt(fleet.urls, { seen, signal: stop.signal })
  await pause(2_000)

  let kills = 0
  const endMs = performance.now() + options.seconds * 1_000
  const every = async (ms: number, harm: () => Promise<void>) => {
    for (;;) {
      await pause(Math.min(ms, Math.max(0, endMs - performance.now())))
      if (performance.now() >= endMs) return
      await harm()
    }
  }
  const { killEverySeconds, redisKills } = options
  await Promise.all([
    killEverySeconds !== null &&
      every(killEverySeconds * 1_000, async () => {
        log(`kill -9 of ${fleet.killHolder()}`)
        kills += 1
      }),
    redisKills > 0 &&
      every((options.seconds * 1_000) / (redisKills + 0.5), async () => {
        log('kill -9 of Redis')
        await redis.kill9()
        await pause(REDIS_AWAY_MS)
        await redis.restart()
      }),
    pause(options.seconds * 1_000),
  ])
  log('calm')
  await pause(CALM_MS)
  stop.abort()
  const answers = await looks
  const figures = { ...seen.figures(), ...people.figures() }
  const head = await newest(fleet.urls())
  // What came while we asked.
  const leftBehind = await eventually(
    async () => people.notAt(head.epoch, head.seq),
    (count) => count === 0,
    20_000,
  ).catch(() => people.notAt(head.epoch, head.seq))
  return { ...figures, kills, redisKills, leftBehind, answers, calls: callsOf(callsMs) }
}

function settings(urls: SimulatorUrls): Record<string, string> {
  const budgets = Object.entries(BUDGETS).map(([name, calls]) => [`${name.toUpperCase()}_PER_MINUTE`, `${calls}`])
  return { ...upstreams(urls), ...Object.fromEntries(budgets), REFRESH_SECONDS: '2', LOG_LEVEL: 'info' }
}

interface Fleet {
  urls(): readonly string[]
  /** Of those that answer. */
  pids(): readonly number[]
  /** @returns the address of the one that was killed; another process starts there. */
  killHolder(): string
  stop(): Promise<void>
}

async function startFleet(count: number, env: Readonly<Record<string, string>>): Promise<Fleet> {
  const ports: number[] = []
  for (let n = 0; n < count; n++) ports.push(await freePort())
  const start = (port: number) => startService({ ...env, PORT: `${port}` })
  const running = new Map<number, ServiceProcess>()
  const starting = new Set<Promise<unknown>>()
  let isOver = false
  for (const port of ports) running.set(port, await start(port))
  await Promise.all([...running.values()].map(({ url }) => untilReady(url)))

  const restart = async (port: number) => {
    const service = await start(port)
    if (isOver) await service[Symbol.asyncDispose]()
    else running.set(port, service)
  }
  return {
    urls: () => ports.map((port) => `http://127.0.0.1:${port}`),
    pids: () => [...running.values()].map(({ pid }) => pid),
    killHolder() {
      const found = [...running].find(([, service]) => decides(service)) ?? [...running][0]
      if (found === undefined) return 'nobody'
      const [port, service] = found
      running.delete(port)
      service.signal('SIGKILL')
      const restarted = service.ended.then(() => (isOver ? undefined : restart(port))).catch(() => undefined)
      starting.add(restarted)
      return service.url
    },
    async stop() {
      isOver = true
      await Promise.all([...running.values()].map((service) => service[Symbol.asyncDispose]()))
      await Promise.all(starting)
    },
  }
}

/** By the last that it says of its part. */
function decides(service: ServiceProcess): boolean {
  const said = service.output().match(/decides for all instances|follows another instance|goes on alone/g)
  return said?.at(-1)?.startsWith('decides') ?? false
}

interface Looking {
  readonly seen: ReturnType<typeof witness>
  readonly signal: AbortSignal
}

/** Asks every instance for every list, again and again. @returns how often each status came */
async function looksAt(urls: () => readonly string[], { seen, signal }: Looking): Promise<Record<string, number>> {
  const answers: Record<string, number> = {}
  const look = async (url: string, query: string) => {
    const status = await lookOnce(url, query, seen).catch(() => 'none')
    answers[status] = (answers[status] ?? 0) + 1
  }
  while (!signal.aborted) {
    await Promise.all(urls().flatMap((url) => LISTS.map((query) => look(url, query))))
    await pause(LOOK_EVERY_MS)
  }
  return answers
}

interface Answer {
  readonly data: Rows
  readonly snapshot: { readonly epoch: string; readonly seq: number }
}

async function lookOnce(url: string, query: string, seen: Looking['seen']): Promise<string> {
  const response = await fetch(`${url}/v1/tokens?${query}`, { signal: AbortSignal.timeout(10_000) })
  const body = (await response.json()) as Answer
  if (response.status === 200) seen.saw(`REST of ${url}`, query, { ...body.snapshot, rows: body.data })
  return `${response.status}`
}

/** Of the first that answers: the one that was killed last may not be back. */
async function newest(urls: readonly string[]): Promise<{ epoch: string; seq: number }> {
  const asks = urls.map(
    async (url) => ((await (await fetch(`${url}/v1/tokens?${LISTS[0]}`)).json()) as Answer).snapshot,
  )
  return Promise.any(asks)
}

function noteCall(callsMs: Map<string, number[]>, line: string): void {
  const source = /\/(dexscreener|jupiter|geckoterminal)\//.exec(line)?.[1]
  if (source === undefined) return
  callsMs.set(source, [...(callsMs.get(source) ?? []), performance.now()])
}

function callsOf(callsMs: ReadonlyMap<string, readonly number[]>): Record<string, string> {
  const most = (times: readonly number[]) =>
    Math.max(0, ...times.map((startMs) => times.filter((ms) => ms >= startMs && ms < startMs + 60_000).length))
  return Object.fromEntries([...callsMs].map(([name, times]) => [name, `${most(times)} of ${BUDGETS[name]}`]))
}
