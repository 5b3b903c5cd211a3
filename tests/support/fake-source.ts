import { SourceError, type SourceFailure } from '../../src/domain/errors.ts'
import { addressOf, type Network, networkOf, type TokenId } from '../../src/domain/tokens/identity.ts'
import { NO_WINDOWS, type Observation } from '../../src/domain/tokens/observation.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { SourceAnswer, TokenSource } from '../../src/ports/token-source.ts'

const USDC: Partial<Record<Network, string>> = {
  solana: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
  ethereum: '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48',
}

/** What a market lists of one token. */
export interface Listing {
  readonly symbol: string
  readonly priceUsd: number
  readonly volumeUsd?: number
  readonly liquidityUsd?: number
  readonly quoteSymbol?: string
}

/** Everything there is to know, by token; tests edit it. Several sources may look at one market. */
export type Market = Map<TokenId, Listing>

/**
 * How a source behaves. `hangs`: silent until its own deadline, then a timeout. `is_silent`: silent for ever, which the
 * port forbids. `empty`: an answer without anything in it. `speaks_nonsense`: an answer that breaks the port's types.
 */
export type Behaviour = 'answers' | 'fails' | 'hangs' | 'is_silent' | 'empty' | 'speaks_nonsense'

export interface FakeCall {
  readonly kind: 'search' | 'lookup'
  /** A text, or ids. */
  readonly about: readonly string[]
  readonly atMs: number
}

export interface FakeSourceOptions {
  readonly clock: Clock
  readonly market: Market
  readonly callsPerMinute?: number
  readonly batchSize?: number
  readonly searches?: boolean
  readonly networks?: readonly Network[]
}

/** A source that looks things up in a market, and misbehaves on request. */
export interface FakeSource extends TokenSource {
  market: Market
  searches: boolean
  behaviour: Behaviour
  /** The reason given while it fails. */
  failure: SourceFailure
  /** How long an answer takes. */
  delayMs: number
  /** How old an answer is when it arrives, as an HTTP cache on the way may have it. */
  answerAgeMs: number
  /** False: no call may start, as with an open circuit. */
  isOpen: boolean
  readonly calls: FakeCall[]
  /** Every call is made a second time, as after a hiccup. */
  retries: boolean
  /** Calls that were started although `callsLeft()` was 0. */
  readonly callsBeyond: number
}

const DEADLINE_MS = 3_000
const WINDOW_MS = 60_000

/** A working source over a market in memory. */
export function fakeSource(name: string, options: FakeSourceOptions): FakeSource {
  const { clock, callsPerMinute = 600, batchSize = 30, networks } = options
  const calls: FakeCall[] = []
  let callsBeyond = 0
  let isPermitted = async () => true

  const source: FakeSource = {
    name,
    callsPerMinute,
    batchSize,
    searches: options.searches ?? true,
    market: options.market,
    behaviour: 'answers',
    failure: 'http_error',
    delayMs: 0,
    answerAgeMs: 0,
    isOpen: true,
    retries: false,
    calls,
    get callsBeyond() {
      return callsBeyond
    },
    supports: (network) => networks?.includes(network) ?? true,
    callsLeft: () => (source.isOpen ? Math.max(0, callsPerMinute - startedLately().length) : 0),
    permitFurther(permit) {
      isPermitted = permit
    },
    search: async (text) => answerTo({ kind: 'search', about: [text] }, idsFor(source.market, text)),
    lookup: async (ids) => answerTo({ kind: 'lookup', about: ids }, ids),
  }

  function startedLately(): readonly FakeCall[] {
    return calls.filter((call) => clock.monotonicMs() - call.atMs < WINDOW_MS)
  }

  async function answerTo(call: Omit<FakeCall, 'atMs'>, ids: readonly TokenId[]): Promise<SourceAnswer> {
    if (source.callsLeft() < 1) {
      callsBeyond += 1
      throw new SourceError(source.isOpen ? 'budget_spent' : 'circuit_open', 'not now')
    }
    calls.push({ ...call, atMs: clock.monotonicMs() })
    if (source.retries && (await isPermitted())) calls.push({ ...call, atMs: clock.monotonicMs() })
    const { behaviour, failure } = source
    if (behaviour === 'is_silent') return new Promise(() => {})
    await pause(behaviour === 'hangs' ? DEADLINE_MS : source.delayMs)
    if (behaviour === 'hangs') throw new SourceError('timeout', 'no answer in time')
    if (behaviour === 'fails') throw new SourceError(failure, 'as told')
    if (behaviour === 'speaks_nonsense') return { source: name, observations: [null] } as unknown as SourceAnswer
    return answer(call.kind, behaviour === 'empty' ? [] : ids.filter((id) => source.market.has(id)), ids)
  }

  function answer(kind: FakeCall['kind'], listed: readonly TokenId[], asked: readonly TokenId[]): SourceAnswer {
    const observedAtMs = clock.nowMs() - source.answerAgeMs
    const absent = asked.filter((id) => !listed.includes(id)).map((id) => ({ id, reason: 'not_listed' }) as const)
    return {
      source: name,
      observedAtMs,
      observations: listed.map((id) => statement(name, { id, listing: source.market.get(id), observedAtMs })),
      unresolved: kind === 'lookup' ? absent : [],
    }
  }

  async function pause(ms: number): Promise<void> {
    if (ms > 0) await new Promise<void>((resolve) => clock.after(ms, resolve))
  }

  return source
}

/** As sources search: by a part of the symbol, the quote's whole symbol, or the address. */
function idsFor(market: Market, text: string): readonly TokenId[] {
  const wanted = text.toLowerCase()
  return [...market.keys()].filter((id) => {
    const { symbol = '', quoteSymbol = 'USDC' } = market.get(id) ?? {}
    return symbol.toLowerCase().includes(wanted) || quoteSymbol.toLowerCase() === wanted || addressOf(id) === text
  })
}

interface Fact {
  readonly id: TokenId
  readonly listing: Listing | undefined
  readonly observedAtMs: number
}

function statement(source: string, { id, listing, observedAtMs }: Fact): Observation {
  const { symbol = '', priceUsd = 1, volumeUsd = 1000, liquidityUsd = 100_000, quoteSymbol = 'USDC' } = listing ?? {}
  const network = networkOf(id)
  return {
    source,
    network,
    token: addressOf(id),
    pool: `pool of ${addressOf(id)}`,
    dex: 'orca',
    base: addressOf(id),
    quote: USDC[network] ?? null,
    symbol,
    name: `${symbol} token`,
    quoteSymbol,
    priceUsd,
    liquidityUsd,
    quoteSideUsd: liquidityUsd / 2,
    volumeUsd: { ...NO_WINDOWS, '24h': volumeUsd },
    txns: { ...NO_WINDOWS, '24h': 10 },
    changePct: NO_WINDOWS,
    marketCapUsd: null,
    marketCapBasis: null,
    fdvUsd: null,
    createdAtMs: null,
    observedAtMs,
    sourceAtMs: null,
  }
}
