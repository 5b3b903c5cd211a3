import { type Simulator, type SimulatorOptions, type SimulatorUrls, startSimulator } from '../../simulator/start.ts'
import { type Program, startProgram } from './process.ts'

/** The service as an operator starts it, listening on a free port. */
export interface ServiceProcess extends Program {
  readonly url: string
}

const NODE = [process.execPath, 'src/app/main.ts']

/** @param command how this runtime runs src/app/main.ts */
export async function startService(
  env: Readonly<Record<string, string>>,
  command: readonly string[] = NODE,
): Promise<ServiceProcess> {
  const program = startProgram(command, { PORT: '0', LOG_LEVEL: 'info', NODE_ENV: 'test', ...env })
  const [, url = ''] = await program.said(/"url":"([^"]+)"/)
  return { ...program, url }
}

/** Settings that make the simulator the service's sources. */
export function upstreams(urls: SimulatorUrls): Record<string, string> {
  return {
    DEXSCREENER_URL: urls.dexscreener,
    JUPITER_URL: urls.jupiter,
    GECKOTERMINAL_URL: urls.geckoterminal,
    COINGECKO_URL: urls.coingecko,
  }
}

/**
 * Settings under which everything that takes its time goes fast, and no budget stands in the way. A source is waited for
 * long enough that a machine which stalls does not make it a failing one.
 */
export const QUICK = {
  REFRESH_SECONDS: '1',
  CACHE_TTL_SECONDS: '1',
  UPSTREAM_TIMEOUT_MS: '30000',
  DEXSCREENER_PER_MINUTE: '100000',
  JUPITER_PER_MINUTE: '100000',
  GECKOTERMINAL_PER_MINUTE: '100000',
} as const

/** Sources without limits, for `await using`. */
export async function simulated(options: SimulatorOptions = {}): Promise<Simulator & AsyncDisposable> {
  const simulator = await startSimulator({ limits: 'off', ...options })
  return { ...simulator, [Symbol.asyncDispose]: simulator.close }
}

/**
 * Asks again until the answer is as wanted: what the service does by itself takes as long as it takes. The time limit is
 * for telling what went wrong before the test's own one does; a machine that stalls for seconds is no fault.
 */
export async function eventually<T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  withinMs = 60_000,
): Promise<T> {
  const deadlineMs = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (isWanted(answer)) return answer
    if (performance.now() > deadlineMs) throw new Error(`Not within ${withinMs} ms; last: ${shortText(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** Enough of an answer to see what it was. */
function shortText(answer: unknown): string {
  const text = String(JSON.stringify(answer))
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

export async function untilReady(url: string): Promise<void> {
  await eventually(
    async () => (await fetch(`${url}/readyz`)).status,
    (status) => status === 200,
  )
}

export async function getJson(url: string): Promise<{ status: number; headers: Headers; body: unknown }> {
  const response = await fetch(url)
  return { status: response.status, headers: response.headers, body: await response.json() }
}

export interface Load {
  readonly perSecond: number
  readonly forMs: number
  readonly ask: () => Promise<void>
}

/** Asks at an even pace whatever the answers take, and waits for the last one. */
export async function load({ perSecond, forMs, ask }: Load): Promise<void> {
  const asked: Promise<void>[] = []
  const startedMs = performance.now()
  await new Promise<void>((done) => {
    const timer = setInterval(() => {
      const elapsedMs = Math.min(performance.now() - startedMs, forMs)
      while (asked.length < (elapsedMs * perSecond) / 1000) asked.push(ask())
      if (elapsedMs < forMs) return
      clearInterval(timer)
      done()
    }, 10)
  })
  await Promise.all(asked)
}
