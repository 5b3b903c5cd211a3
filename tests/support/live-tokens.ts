import { memoryCache } from '../../src/adapters/cache/memory.ts'
import { type LiveTokens, liveTokens } from '../../src/app/usecases/tokens/live-tokens.ts'
import { publishingAlone } from '../../src/app/usecases/tokens/publishing.ts'
import { NO_TRENDS, type TokenParts } from '../../src/app/usecases/tokens/settings.ts'
import { addressOf, type TokenId } from '../../src/domain/tokens/identity.ts'
import { mergeParameters } from '../../src/domain/tokens/parameters.ts'
import type { TokenView } from '../../src/domain/tokens/query.ts'
import type { Cache } from '../../src/ports/cache.ts'
import type { PageRequest, TokenPage } from '../../src/ports/service.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'
import { type FakeSource, type FakeSourceOptions, fakeSource, type Market } from './fake-source.ts'
import { memoryLog } from './log.ts'

export const VIEW: TokenView = {
  q: null,
  network: null,
  sort: 'volume',
  order: 'desc',
  window: '24h',
  minLiquidityUsd: null,
}

/** The address of the n-th invented Solana token. */
export function token(n: number): TokenId {
  const digits = [...String(n)].map((digit) => 'ABCDEFGHJK'[Number(digit)]).join('')
  return `solana:Tok${digits.padStart(37, 'x')}`
}

/** The live tokens over fake sources: every part a test may want to turn by hand. */
export interface Stage extends LiveTokens {
  readonly clock: FakeClock
  readonly cache: Cache
  readonly market: Market
  /** By precedence: the first three real names, unless told otherwise. */
  readonly sources: readonly [FakeSource, FakeSource, FakeSource]
  /** The first page for a text, or of the whole board. */
  page(q: string | null, more?: Partial<PageRequest>): Promise<TokenPage>
  /** The same service after a restart: a new process on the same cache, sources and clock. */
  restart(parts?: Partial<TokenParts>): Stage
}

export interface Staging {
  readonly market?: Market
  readonly parts?: Partial<TokenParts>
  readonly clock?: FakeClock
  readonly cache?: Cache
  /** For every source. */
  readonly source?: Partial<FakeSourceOptions>
  readonly sources?: Stage['sources']
}

/** Not started: a test that wants refreshing calls `start()`. */
export function stage(staging: Staging = {}): Stage {
  const clock = staging.clock ?? fakeClock()
  const cache = staging.cache ?? memoryCache({ clock, maxEntries: 1000 })
  const market = staging.market ?? new Map()
  const make = (name: string) => fakeSource(name, { clock, market, ...staging.source })
  const sources = staging.sources ?? [make('dexscreener'), make('jupiter'), make('geckoterminal')]
  const names = sources.map(({ name }) => name)
  const parts: TokenParts = {
    clock,
    log: memoryLog(),
    cache,
    sources,
    displayAddress: addressOf,
    parameters: mergeParameters(names),
    watch: [],
    cacheTtlMs: 30_000,
    refreshMs: 10_000,
    epoch: '1',
    publishing: publishingAlone,
    wishes: null,
    trends: NO_TRENDS,
    ...staging.parts,
  }
  const live = liveTokens(parts)
  return {
    ...live,
    clock,
    cache,
    market,
    sources,
    page: async (q, more = {}) => {
      return live.service.page({ view: { ...VIEW, q }, limit: 30, cursor: null, maxAgeSeconds: null, ...more })
    },
    restart(changed = {}) {
      live.stop()
      return stage({ clock, cache, market, sources, parts: { ...parts, epoch: '2', ...changed } })
    },
  }
}

/** Everything that was asked of a source, a line per call. */
export function asked({ calls }: FakeSource): readonly string[] {
  return calls.map(({ kind, about }) => `${kind} ${about.join(' ')}`)
}

/** The code a promise fails with, or `none`. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'none'
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error)
  }
}
