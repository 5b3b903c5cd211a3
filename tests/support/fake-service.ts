import { ServiceError } from '../../src/domain/errors.ts'
import { addressOf, networkOf, parseTokenId, type TokenId, WRAPPED_SOL } from '../../src/domain/tokens/identity.ts'
import type { Figure, Merged, MergeParameters, Total } from '../../src/domain/tokens/merged.ts'
import { NO_WINDOWS, type Observation, perWindow } from '../../src/domain/tokens/observation.ts'
import type { TokenRow } from '../../src/domain/tokens/row.ts'
import type {
  Health,
  Lookup,
  PageRequest,
  Snapshot,
  TokenDetail,
  TokenPage,
  TokenService,
} from '../../src/ports/service.ts'

/** A working service over a list in memory: it filters, pages with cursors and counts what it is asked. */
export interface FakeService extends TokenService {
  /** Makes the next snapshot, of these rows when given. */
  tick(rows?: readonly TokenRow[]): void
  /** Every later question fails with this; null ends it. */
  fail(error: unknown): void
  /** Pages are promised instead of given at once. */
  answersLater: boolean
  ready: boolean
  pageExpiresAtMs: number | null
  readonly asked: { page: PageRequest[]; token: TokenId[]; lookup: (readonly string[])[]; stillWanted: number }
}

const SEEN_MS = Date.UTC(2026, 10, 20, 11, 59, 58)
const SOL_USD = 125.5

export function row(id: TokenId, fields: Partial<TokenRow> = {}): TokenRow {
  return {
    id,
    network: networkOf(id),
    address: addressOf(id),
    name: 'Invented Token',
    symbol: 'INV',
    priceUsd: 0.25,
    changePct: { '5m': 0.1, '1h': -2.5, '6h': 3, '24h': 12.25, '7d': null },
    volumeUsd: { '5m': 10, '1h': 200, '6h': 900, '24h': 5000, '7d': null },
    transactions: { '5m': 3, '1h': 40, '6h': 160, '24h': 700, '7d': null },
    liquidityUsd: 42_000,
    marketCapUsd: 1_000_000,
    marketCapBasis: 'unknown',
    fdvUsd: 1_000_000,
    dex: 'orca',
    poolCount: 1,
    createdAtMs: Date.UTC(2025, 1, 2),
    status: 'ok',
    sources: ['dexscreener', 'jupiter'],
    observedAtMs: SEEN_MS,
    spark: null,
    weekAgo: null,
    labels: { text: 'inv\ninvented token', quotes: ['sol'] },
    ...fields,
  }
}

/** Wrapped SOL and `count - 1` invented tokens. */
export function rows(count: number): TokenRow[] {
  const others = Array.from({ length: count - 1 }, (_, i) =>
    row(`solana:${`Mint${i}`.padEnd(40, 'x')}`.replaceAll('0', 'z') as TokenId),
  )
  return [row(WRAPPED_SOL, { name: 'Wrapped SOL', symbol: 'SOL', priceUsd: SOL_USD }), ...others]
}

export function fakeService(initial: readonly TokenRow[] = rows(40)): FakeService {
  let board = initial
  let failure: unknown = null
  let head = snapshotOf(1)
  const boards = new Map([[1, board]])
  const asked: FakeService['asked'] = { page: [], token: [], lookup: [], stillWanted: 0 }
  const orFail = <T>(value: () => T): T => {
    if (failure !== null) throw failure
    return value()
  }
  const fake: FakeService = {
    asked,
    answersLater: false,
    ready: true,
    pageExpiresAtMs: null,
    tick(next = board) {
      board = next
      head = snapshotOf(head.seq + 1)
      boards.set(head.seq, board)
    },
    fail(error) {
      failure = error
    },
    head: () => head,
    page(request) {
      asked.page.push(request)
      const answer = () => orFail(() => pageOf(request))
      return fake.answersLater ? Promise.resolve().then(answer) : answer()
    },
    token: async (id) => {
      asked.token.push(id)
      return orFail(() => detailOf(id))
    },
    lookup: async (ids) => {
      asked.lookup.push(ids)
      return orFail(() => lookupOf(ids))
    },
    health: (): Health => ({
      ready: fake.ready,
      reasons: fake.ready ? [] : ['No source has answered yet.'],
      sources: head.sources,
    }),
  }
  return fake

  function pageOf({ view, limit, cursor }: PageRequest): TokenPage {
    const [seq, offset] = cursor === null ? [head.seq, 0] : readCursor(cursor)
    const all = (boards.get(seq) ?? []).filter((r) => view.network === null || r.network === view.network)
    const end = offset + limit
    return {
      snapshot: seq === head.seq ? head : snapshotOf(seq),
      rows: all.slice(offset, end),
      nextCursor: end < all.length ? `${seq}-${end}` : null,
      expiresAtMs: fake.pageExpiresAtMs,
      stillWanted: () => {
        asked.stillWanted++
      },
    }
  }

  function detailOf(id: TokenId): TokenDetail {
    const found = board.find((r) => r.id === id)
    if (found === undefined) throw new ServiceError('token_not_found', 'No source lists this token.')
    const solUsd = { value: SOL_USD, source: 'jupiter', observedAtMs: SEEN_MS }
    return { snapshot: head, row: found, merged: mergedOf(found), parameters: PARAMETERS, solUsd }
  }

  function lookupOf(ids: readonly string[]): Lookup {
    const entries = ids.map((id) => {
      const parsed = parseTokenId(id)
      const found = board.find((r) => r.id === parsed)
      if (found !== undefined) return { id, row: found }
      return { id, row: null, reason: parsed === null ? ('malformed_id' as const) : ('not_listed' as const) }
    })
    return { snapshot: head, entries }
  }
}

function readCursor(cursor: string): [seq: number, offset: number] {
  const [seq, offset] = cursor.split('-').map(Number)
  if (seq === undefined || offset === undefined || !Number.isInteger(seq + offset)) {
    throw new ServiceError('invalid_cursor', 'This is not a cursor of ours.')
  }
  if (seq === 0) throw new ServiceError('cursor_expired', 'The snapshot of this cursor is gone.')
  return [seq, offset]
}

function snapshotOf(seq: number): Snapshot {
  return {
    epoch: '7',
    seq,
    asOfMs: SEEN_MS + 1000 * seq,
    solUsd: SOL_USD,
    solUsdObservedAtMs: SEEN_MS,
    sources: [
      { name: 'dexscreener', ok: true, reason: null, observedAtMs: SEEN_MS },
      { name: 'jupiter', ok: false, reason: 'timeout', observedAtMs: null },
    ],
  }
}

const PARAMETERS: MergeParameters = {
  precedence: ['dexscreener', 'jupiter', 'geckoterminal'],
  maxAgeMs: 90_000,
  agreeFactor: 1.05,
  outlierFactor: 1.25,
  minLiquidityUsd: 1000,
  jumpFactor: 10,
  totalFactor: 100,
  staleLimitMs: 900_000,
  solMaxAgeMs: 300_000,
  trustedQuotes: { solana: [addressOf(WRAPPED_SOL)] },
}

/** A decision as merge/1 would write it for a token that one pool of one source speaks of. */
function mergedOf({ id, priceUsd, dex }: TokenRow): Merged {
  const observation: Observation = {
    source: 'dexscreener',
    network: networkOf(id),
    token: addressOf(id),
    pool: 'Pool1',
    dex,
    base: addressOf(id),
    quote: addressOf(WRAPPED_SOL),
    symbol: 'INV',
    name: 'Invented Token',
    quoteSymbol: 'SOL',
    priceUsd,
    liquidityUsd: 50_000,
    quoteSideUsd: 21_000,
    volumeUsd: { ...NO_WINDOWS, '24h': 5000 },
    txns: NO_WINDOWS,
    changePct: NO_WINDOWS,
    marketCapUsd: null,
    marketCapBasis: null,
    fdvUsd: null,
    createdAtMs: null,
    observedAtMs: SEEN_MS,
    sourceAtMs: null,
  }
  const said = { source: 'dexscreener', priceUsd: priceUsd ?? 0, pool: 'Pool1', observedAtMs: SEEN_MS }
  const sourced = <T>(value: T) => ({ value, source: 'dexscreener', observedAtMs: SEEN_MS })
  const pools: Figure = { value: 42_000, source: 'pools', observedAtMs: SEEN_MS }
  const nothing: Total = { chosen: null, figures: [] }
  return {
    id,
    nowMs: SEEN_MS + 1500,
    previous: {
      priceUsd: 0.24,
      observedAtMs: SEEN_MS - 10_000,
      pending: { priceUsd: 9, observedAtMs: SEEN_MS - 5000 },
    },
    state: null,
    priceUsd,
    status: 'thin',
    source: 'dexscreener',
    pool: 'Pool1',
    band: [0.24, 0.25],
    observedAtMs: SEEN_MS,
    witnesses: ['dexscreener'],
    inputs: [{ observation, depthUsd: 42_000, weight: 42_000, ageMs: 1500, accepted: true, reason: 'ok' }],
    said: [said],
    voters: ['dexscreener'],
    candidateUsd: priceUsd,
    pools: [
      {
        pool: 'Pool1',
        dex,
        quote: addressOf(WRAPPED_SOL),
        quoteSymbol: 'SOL',
        priceUsd: priceUsd ?? 0,
        liquidityUsd: 50_000,
        depthUsd: 42_000,
        volumeUsd: observation.volumeUsd,
        txns: NO_WINDOWS,
        createdAtMs: null,
        observedAtMs: SEEN_MS,
        witnesses: ['dexscreener'],
      },
    ],
    liquidityUsd: { chosen: pools, figures: [pools] },
    volumeUsd: perWindow((window) => (window === '24h' ? { chosen: pools, figures: [pools] } : nothing)),
    txns: perWindow(() => nothing),
    changePct: perWindow(() => null),
    marketCapUsd: null,
    marketCapBasis: 'unknown',
    fdvUsd: null,
    symbol: sourced('INV'),
    name: sourced('Invented Token'),
    dex: dex === null ? null : sourced(dex),
    createdAtMs: null,
  }
}
