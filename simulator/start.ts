import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type FaultOrder, faultBoard } from './faults.ts'
import { type HitCounts, hitCounter } from './hits.ts'
import { createMarket } from './market.ts'
import type { Source } from './model.ts'
import { type PastPlan, pastPrices, type TokenPast } from './past.ts'
import { simulatorServer } from './server.ts'
import { BASES, honestSources, type Limits } from './sources.ts'
import { TOKENS_MIN } from './tokens.ts'
import { type GroundTruth, groundTruth } from './truth.ts'

/** How far one tick moves the market when nobody says how often it ticks. */
const STEP_MS = 1_000

export interface SimulatorOptions {
  /** Default 1. The same seed, start and ticks give the same answers to the byte. */
  readonly seed?: number
  /** Default 120, at least TOKENS_MIN. */
  readonly tokens?: number
  /** Default 0: any free one. */
  readonly port?: number
  /** How often the market ticks by itself, default 1000. Null: only when told to, a second of the market's time each. */
  readonly tickMs?: number | null
  /** The market's first moment, Unix milliseconds; default now. */
  readonly startMs?: number
  /** Which sources limit their callers, default `on`: all. */
  readonly limits?: Limits
  /** Where a line about each request goes; default nowhere. */
  readonly log?: (line: string) => void
}

/** Base URLs as the service's `<SOURCE>_URL` variables want them, and that of the control routes. */
export type SimulatorUrls = Readonly<Record<Source | 'control', string>>

export interface Simulator {
  readonly port: number
  readonly urls: SimulatorUrls
  /** Moves the market; default one tick. */
  tick(n?: number): void
  market(): GroundTruth
  /** What tokens were worth before now. Made while it is read. */
  past(plan: PastPlan): Iterable<TokenPast>
  /** As `POST /__sim/fault`. */
  fault(order: FaultOrder): void
  hits(): HitCounts
  resetHits(): void
  /** Cuts every connection and frees the port. Closing twice is harmless. */
  close(): Promise<void>
}

export { TOKENS_MIN }

/** @throws the listening error (`EADDRINUSE` and so on) when the port cannot be had */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { seed = 1, tokens = 120, port = 0, tickMs = STEP_MS, startMs = Date.now(), limits = 'on', log } = options
  const market = createMarket({ seed, tokens, startMs, stepMs: tickMs ?? STEP_MS })
  const faults = faultBoard()
  const hits = hitCounter()
  const server = simulatorServer({ market, faults, hits, sources: honestSources(market, limits) })
  if (log) server.on('request', (request) => log(`${request.method} ${request.url}`))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const stop = tickMs === null ? () => undefined : keepTime(market.tick, tickMs)
  const { port: taken } = server.address() as AddressInfo
  return {
    port: taken,
    urls: urlsOf(taken),
    tick(n = 1) {
      for (let i = 0; i < n; i++) market.tick()
    },
    market: () => groundTruth(market),
    past: (plan) => pastPrices(market, plan),
    fault: (order) => faults.set(order, market.nowMs()),
    hits: hits.read,
    resetHits: hits.reset,
    async close() {
      stop()
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Ticks as often as time has passed, late or not, so that the market's clock stays with the wall's. */
function keepTime(tick: () => void, everyMs: number): () => void {
  let dueMs = performance.now() + everyMs
  const catchUp = () => {
    for (; performance.now() >= dueMs - 1; dueMs += everyMs) tick()
  }
  const timer = setInterval(catchUp, everyMs)
  return () => clearInterval(timer)
}

function urlsOf(port: number): SimulatorUrls {
  const origin = `http://127.0.0.1:${port}`
  return {
    dexscreener: origin + BASES.dexscreener,
    jupiter: origin + BASES.jupiter,
    geckoterminal: origin + BASES.geckoterminal,
    coingecko: origin + BASES.coingecko,
    control: origin,
  }
}
