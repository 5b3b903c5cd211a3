/** `npm run demo`: the whole service with nothing else, a simulated market in place of its sources. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ConfigError } from '../src/app/config.ts'
import { CannotStart, type Running, run } from '../src/app/run.ts'
import { writePast } from './demo-history.ts'
import { type Simulator, startSimulator } from './start.ts'
import type { GroundTruth } from './truth.ts'

/** It takes three seconds; a machine that is very busy is no reason to give up. */
const READY_WITHIN_MS = 60_000
/** More than this would need more calls than the simulated Jupiter allows. */
const WATCHED = 11
/** About what the board shows; of the others the service itself asks what it needs. */
const PAST = { days: 90, tokens: 60 }

const folder = mkdtempSync(join(tmpdir(), 'tickertap-demo-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

try {
  const simulator = await startSimulator()
  const service = await run(settings(simulator))
  const ending = new AbortController()
  const end = () => {
    ending.abort()
    void service.stop().then(() => process.exit(0))
  }
  process.once('SIGTERM', end).once('SIGINT', end)
  await untilReady(service)
  process.stdout.write(welcome(service.url, simulator.urls.control))
  // The demo goes on without a past, should there be none.
  const said = await writePast(service, simulator.past(PAST), ending.signal).then(pastIsThere, noPast)
  if (!ending.signal.aborted) process.stdout.write(said)
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof CannotStart)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(error instanceof ConfigError ? 78 : 1)
}

/** The user's own settings, but for where the sources are; quiet, so that what the demo prints can be read. */
function settings({ urls, market }: Simulator): NodeJS.ProcessEnv {
  return {
    LOG_LEVEL: 'warn',
    WATCH: ['SOL', ...busiest(market().tokens)].join(','),
    // What the simulated GeckoTerminal allows; the real one allows far less in practice.
    GECKOTERMINAL_PER_MINUTE: '30',
    ...process.env,
    DEXSCREENER_URL: urls.dexscreener,
    JUPITER_URL: urls.jupiter,
    GECKOTERMINAL_URL: urls.geckoterminal,
    COINGECKO_URL: urls.coingecko,
    // The simulated sources know no key of yours, and nothing of the demo should land in a cache that others read.
    JUPITER_API_KEY: '',
    COINGECKO_API_KEY: '',
    REDIS_URL: '',
    DATABASE_URL: '',
    DATA_DIR: folder,
  }
}

/** Symbols of the most traded tokens: one query alone finds a dozen, and a board should look like a board. */
function busiest(tokens: GroundTruth['tokens']): readonly string[] {
  const byVolume = [...tokens].sort((a, b) => b.volume_24h_usd - a.volume_24h_usd)
  return [...new Set(byVolume.map(({ symbol }) => symbol))].filter((symbol) => symbol !== 'SOL').slice(0, WATCHED)
}

async function untilReady({ url }: Running): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS
  while (performance.now() < deadlineMs) {
    const response = await fetch(`${url}/readyz`)
    await response.body?.cancel()
    if (response.ok) return
    await pause(50)
  }
  throw new Error('The demo did not become ready.')
}

function pastIsThere(minutes: number): string {
  return `
The history has a simulated past now: ${PAST.days} days of ${PAST.tokens} tokens, ${minutes} minutes in all.
`
}

function noPast(error: unknown): string {
  return `\nThe history has no simulated past: ${String(error)}\n`
}

function welcome(url: string, control: string): string {
  return `
Tickertap is ready at ${url}, on a simulated market: every token and price here is made up.

  ${url}/        the live board, in a browser
  ${url}/docs    all routes, with examples

  curl '${url}/api/tokens?q=SOL&limit=5'
  curl '${url}/v1/tokens?sort=price_change&window=1h&limit=5'
  curl '${url}/v1/tokens/solana/So11111111111111111111111111111111111111112/explain'

Make a source fail and see what changes in snapshot.sources:

  curl -X POST ${control}/__sim/fault -d '{"source":"jupiter","mode":"hang","until":60}'

Ctrl-C ends it.
`
}
