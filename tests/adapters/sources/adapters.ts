import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect, onTestFinished } from 'vitest'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { coingeckoSource } from '../../../src/adapters/sources/coingecko/source.ts'
import { dexscreenerSource } from '../../../src/adapters/sources/dexscreener/source.ts'
import { geckoterminalSource } from '../../../src/adapters/sources/geckoterminal/source.ts'
import { jupiterSource } from '../../../src/adapters/sources/jupiter/source.ts'
import type { ClosableSource, SourceOptions } from '../../../src/adapters/sources/shape/source-options.ts'
import { SourceError } from '../../../src/domain/errors.ts'
import type { TokenId } from '../../../src/domain/tokens/identity.ts'
import type { SourceAnswer } from '../../../src/ports/token-source.ts'
import { PATIENCE_MS } from '../../support/patience.ts'
import { type Handler, sendJson, startUpstream } from '../../support/upstream.ts'
import { fixture } from './tokens.ts'

/** One source: how it is made, what its service answers on which paths, and what it declares of itself. */
export interface Adapter {
  readonly name: string
  readonly make: (options: SourceOptions) => ClosableSource
  /** The beginning of a path, and the body it gets. */
  readonly bodies: readonly (readonly [string, string])[]
  readonly batchSize: number
  readonly searches: boolean
  /** Upstream requests of one lookup in which a token has no price. */
  readonly requestsPerPoorLookup: number
  /** A network it does not serve; null when it serves them all. */
  readonly unserved: TokenId | null
  /** The header that carries its key; null for a source without keys. */
  readonly keyHeader: string | null
}

const ON_INJECTIVE: TokenId = 'injective:inj1example'
export const adapters: readonly Adapter[] = [
  {
    name: 'dexscreener',
    make: dexscreenerSource,
    bodies: [
      ['/latest/dex/search?q=', 'dexscreener/search'],
      ['/token-pairs/v1/solana/', 'dexscreener/token-pairs'],
      ['/tokens/v1/solana/', 'dexscreener/tokens'],
    ],
    batchSize: 30,
    searches: true,
    requestsPerPoorLookup: 1,
    unserved: null,
    keyHeader: null,
  },
  {
    name: 'jupiter',
    make: jupiterSource,
    bodies: [
      ['/tokens/v2/search?query=', 'jupiter/search'],
      ['/price/v3?ids=', 'jupiter/price'],
    ],
    batchSize: 100,
    searches: true,
    requestsPerPoorLookup: 2,
    unserved: ON_INJECTIVE,
    keyHeader: 'x-api-key',
  },
  {
    name: 'geckoterminal',
    make: geckoterminalSource,
    bodies: [
      ['/search/pools?query=', 'geckoterminal/search-pools'],
      ['/networks/solana/tokens/multi/', 'geckoterminal/tokens-multi'],
    ],
    batchSize: 30,
    searches: true,
    requestsPerPoorLookup: 1,
    unserved: ON_INJECTIVE,
    keyHeader: null,
  },
  {
    name: 'coingecko',
    make: coingeckoSource,
    bodies: [['/simple/token_price/solana?', 'coingecko/token-price']],
    batchSize: 1,
    searches: false,
    requestsPerPoorLookup: 1,
    unserved: ON_INJECTIVE,
    keyHeader: 'x-cg-demo-api-key',
  },
]

export const patient = new AbortController().signal

/** What the adapter's service would answer. */
export function serving({ bodies }: Adapter): Handler {
  return (request, response) => {
    const found = bodies.find(([path]) => request.url?.startsWith(path))
    if (found === undefined) return sendJson(response, { error: 'no such path' }, { status: 404 })
    return sendJson(response, fixture(found[1]), { headers: { age: '5' } })
  }
}

export async function start(adapter: Adapter, options: Partial<SourceOptions> & { handler?: Handler } = {}) {
  const upstream = await startUpstream(options.handler ?? serving(adapter))
  const source = adapter.make({
    baseUrl: upstream.url,
    perMinute: 100,
    clock: systemClock(),
    random: () => 0,
    timeoutMs: PATIENCE_MS,
    ...options,
  })
  onTestFinished(async () => {
    await source.close()
    await upstream.close()
  })
  return { source, upstream }
}

/** The failure of a call that must fail. */
export async function failureOf(call: Promise<SourceAnswer>): Promise<SourceError> {
  const outcome = await call.then(
    () => 'no failure',
    (error: unknown) => error,
  )
  expect(outcome).toBeInstanceOf(SourceError)
  return outcome as SourceError
}

/** The same answer to everything. */
export const always =
  (status: number, body: unknown, headers = {}) =>
  (_request: IncomingMessage, response: ServerResponse) =>
    sendJson(response, body, { status, headers })
