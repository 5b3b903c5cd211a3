import fc from 'fast-check'
import { addressOf, networkOf, type TokenId } from '../../../src/domain/tokens/identity.ts'
import { STATUSES } from '../../../src/domain/tokens/merged.ts'
import { ORDERS, SORTS, type TokenView } from '../../../src/domain/tokens/query.ts'
import { type ByWindow, type TokenRow, WINDOWS } from '../../../src/domain/tokens/row.ts'

const EVM = '0xabcdefabcdefabcdefabcdefabcdefabcdefabc'

/** Ten tokens: two that differ by case alone, and one EVM address on two networks. */
export const IDS: readonly TokenId[] = [
  'solana:Tapp1eTapp1eTapp1eTapp1eTapp1eTapp1eTapp1e',
  'solana:tapp1eTapp1eTapp1eTapp1eTapp1eTapp1eTapp1e',
  'solana:Pear1Pear1Pear1Pear1Pear1Pear1Pear1Pear1',
  'solana:Quince2Quince2Quince2Quince2Quince2Qui',
  `ethereum:${EVM}1`,
  `base:${EVM}1`,
  `ethereum:${EVM}2`,
  'sui:0x2::plum::PLUM',
  'osmosis:factory/osmo1fig/fig',
  'tron:TFigFigFigFigFigFigFigFigFigFigFig',
]

const NONE: ByWindow = { '5m': null, '1h': null, '6h': null, '24h': null, '7d': null }

/** A row that says nothing but what is given. */
export function row(id: TokenId, said: Partial<TokenRow> = {}): TokenRow {
  return {
    id,
    network: networkOf(id),
    address: addressOf(id),
    name: null,
    symbol: null,
    priceUsd: null,
    changePct: NONE,
    volumeUsd: NONE,
    transactions: NONE,
    liquidityUsd: null,
    marketCapUsd: null,
    marketCapBasis: null,
    fdvUsd: null,
    dex: null,
    poolCount: 0,
    createdAtMs: null,
    status: 'unknown',
    sources: [],
    observedAtMs: null,
    spark: null,
    weekAgo: null,
    labels: { text: '\n', quotes: [] },
    ...said,
  }
}

/** Few values, so that ties and nulls are common. */
const few = (...values: readonly number[]) => fc.option(fc.constantFrom(...values), { nil: null, freq: 3 })
const byWindow = (value: fc.Arbitrary<number | null>): fc.Arbitrary<ByWindow> =>
  fc.record({ '5m': value, '1h': value, '6h': value, '24h': value, '7d': value })

/** Any row of a token, its labels apart. */
export function anyRow(id: TokenId): fc.Arbitrary<TokenRow> {
  const said = fc.record({
    symbol: fc.constantFrom('FIG', 'PLUM', null),
    priceUsd: few(1, 2),
    changePct: byWindow(few(-5, -0, 0, 5)),
    volumeUsd: byWindow(few(0, 1, 2)),
    transactions: byWindow(few(0, 1, 3)),
    liquidityUsd: few(0, 1, 999, 1000, 1001),
    marketCapUsd: few(0, 10, 20, 1e15),
    marketCapBasis: fc.constantFrom('circulating' as const, 'unknown' as const, null),
    poolCount: fc.nat(2),
    createdAtMs: few(1, 2),
    status: fc.constantFrom(...STATUSES),
    sources: fc.constantFrom([], ['dexscreener'], ['dexscreener', 'jupiter'], ['jupiter']),
    observedAtMs: few(1, 2),
    spark: fc.constantFrom(null, [1, null], [1, 2]),
    labels: fc.constantFrom({ text: 'fig\nfig', quotes: ['sol'] }, { text: 'plum\n', quotes: [] }),
  })
  return said.map((fields) => row(id, fields))
}

/** Some of the tokens, in any order, each once. */
export const anyRows: fc.Arbitrary<readonly TokenRow[]> = fc
  .shuffledSubarray([...IDS])
  .chain((ids) => fc.tuple(...ids.map(anyRow)))

/** Every sort, order and window over the whole board. */
export const anyOrder: fc.Arbitrary<TokenView> = fc
  .record({ sort: fc.constantFrom(...SORTS), order: fc.constantFrom(...ORDERS), window: fc.constantFrom(...WINDOWS) })
  .map((order) => ({ ...WHOLE_BOARD, ...order }))

export const WHOLE_BOARD: TokenView = {
  q: null,
  network: null,
  sort: 'volume',
  order: 'desc',
  window: '24h',
  minLiquidityUsd: null,
}
