/** `npm run demo`: the whole service with nothing else, a simulated market in place of its sources. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ConfigError } from '../src/app/config.ts'
import { CannotStart, type Running, run } from '../src/app/run.ts'
import { writePast } from './demo-history.ts'
import { LEAD_HOURS } from './demo-tap-counts.ts'
import { type DemoTeam, demoTeams, liveTaps, writePastTaps } from './demo-taps.ts'
import { type Simulator, startSimulator } from './start.ts'
import type { GroundTruth } from './truth.ts'

/** It takes three seconds; a machine that is very busy is no reason to give up. */
const READY_WITHIN_MS = 60_000
/** More than this would need more calls than the simulated Jupiter allows. */
const WATCHED = 11
/** About what the board shows; of the others the service itself asks what it needs. */
const PAST = { days: 90, tokens: 60, quartersOf: 20 }
/** Of the tokens that are traded most, stable ones left out: nobody watches those. */
const TAPPED = 12
const TAPS = 1_000_000
/** What to try is told when there are keys, which the storage has to be open for; after so long it is told without. */
const KEYS_WITHIN_MS = READY_WITHIN_MS
const DAY_MS = 86_400_000

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
  process.stdout.write(welcome(service.url))
  const nowMs = Date.now()
  const withinReason = AbortSignal.any([ending.signal, AbortSignal.timeout(KEYS_WITHIN_MS)])
  const teams = await demoTeams(service.seeding, tapped(simulator), { nowMs, ending: withinReason }).catch(noTeams)
  const say = (text: string) => void (ending.signal.aborted || process.stdout.write(text))
  say(whatToTry({ url: service.url, control: simulator.urls.control, teams }))
  // The demo goes on without a past, should there be none.
  const plan = { days: PAST.days, taps: TAPS, nowMs, past: simulator.past(PAST) }
  await Promise.all([
    writePast(service, simulator.past(PAST), ending.signal).then(pastIsThere, noPast).then(say),
    teams.length > 0 && writePastTaps(service.seeding, teams, plan, ending.signal).then(tapsAreThere, noTaps).then(say),
    teams.length > 0 && liveTaps(service.url, teams, ending.signal),
  ])
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

/** What people tap for. The first plays a part of its own: see demo-taps.ts. */
function tapped({ market }: Simulator): readonly string[] {
  const lively = market().tokens.filter(({ role }) => role === 'meme' || role === 'native')
  const byVolume = [...lively].sort((a, b) => b.volume_24h_usd - a.volume_24h_usd).slice(0, TAPPED)
  const memes = byVolume.filter(({ role }) => role === 'meme')
  return [...new Set([...memes, ...byVolume])].map(({ id }) => id)
}

function tapsAreThere(taps: number): string {
  return `
The three teams have a simulated past now: ${taps} taps in ${PAST.days} days.
`
}

function noTaps(error: unknown): string {
  return `\nThe three teams have no simulated past: ${String(error)}\n`
}

function noPast(error: unknown): string {
  return `\nThe history has no simulated past: ${String(error)}\n`
}

function welcome(url: string): string {
  return `
Tickertap is ready at ${url}, on a simulated market: every token, price and tap here is made up.

  ${url}/        the live board, in a browser
  ${url}/#team   a team's own counts, for whoever has its key
  ${url}/docs    all routes, with examples
`
}

interface Trying {
  readonly url: string
  readonly control: string
  readonly teams: readonly DemoTeam[]
}

function whatToTry({ url, control, teams }: Trying): string {
  return `
${keysText(teams)}
  curl '${url}/api/tokens?q=SOL&limit=5'
  curl '${url}/v1/tokens/solana/So11111111111111111111111111111111111111112/explain'
${tapsText(url, teams)}
Make a source fail and see what changes in snapshot.sources:

  curl -X POST ${control}/__sim/fault -d '{"source":"jupiter","mode":"hang","until":60}'

Ctrl-C ends it.
`
}

function noTeams(error: unknown): readonly DemoTeam[] {
  process.stderr.write(`\nThere are no teams: ${String(error)}\n`)
  return []
}

function keysText(teams: readonly DemoTeam[]): string {
  if (teams.length === 0) return 'There are no teams and no keys.\n'
  const width = Math.max(...teams.map(({ name }) => name.length))
  const lines = teams.map(({ name, key }) => `  ${name.padEnd(width)}  ${key}\n`)
  return `Three teams whose tags are tapped, each with its key:\n\n${lines.join('')}`
}

function tapsText(url: string, [team]: readonly DemoTeam[]): string {
  if (team === undefined) return ''
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  const [from, to] = [day(Date.now() - 13 * DAY_MS), day(Date.now())]
  const body = JSON.stringify({ startDate: from, endDate: to, interval: 'day' })
  const key = `-H 'x-api-key: ${team.key}'`
  return `  curl '${url}/v1/api/tap/analytics' ${key} -H 'content-type: application/json' -d '${body}'

This demo lets the taps of one tag come ${LEAD_HOURS} hours before its token's price moves, so that there is something to find.
In the last field, correlation, once the past is written:

  curl '${url}/v1/attention?tag=${team.tags[0]?.uid}&from=${from}&to=${to}' ${key}
`
}
