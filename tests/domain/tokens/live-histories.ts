import fc from 'fast-check'
import { applyTick, type Board, emptyBoard, liveRows, rowOf } from '../../../src/domain/tokens/board.ts'
import { SHOWN_FIELDS } from '../../../src/domain/tokens/diff.ts'
import type { TokenId } from '../../../src/domain/tokens/identity.ts'
import type { TokenView } from '../../../src/domain/tokens/query.ts'
import type { TokenRow } from '../../../src/domain/tokens/row.ts'
import type { ViewDelta } from '../../../src/domain/tokens/view-states.ts'
import { anyOrder, anyRow, IDS } from './rows.ts'

/** What one tick does to one token. */
interface Deed {
  readonly id: TokenId
  readonly kind: 'replace' | 'partly' | 'copy' | 'remove'
  readonly row: TokenRow
  readonly field: keyof TokenRow
}
interface Step {
  readonly deeds: readonly Deed[]
  /** The next board numbers its slots anew, in another order. */
  readonly reindex: boolean
}

const FIELDS = ['volumeUsd', 'volumeUsd', 'transactions', 'liquidityUsd', 'marketCapUsd', 'labels', 'priceUsd'] as const
const anyDeed = fc.constantFrom(...IDS).chain((id) =>
  fc.record({
    id: fc.constant(id),
    kind: fc.constantFrom('replace' as const, 'partly' as const, 'partly' as const, 'copy' as const, 'remove' as const),
    row: anyRow(id),
    field: fc.constantFrom(...FIELDS),
  }),
)
const anyStep: fc.Arbitrary<Step> = fc.record({
  deeds: fc.uniqueArray(anyDeed, { maxLength: 6, selector: ({ id }) => id }),
  reindex: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
})
const firstStep: fc.Arbitrary<Step> = fc.tuple(...IDS.map(anyRow)).map((rows) => ({
  deeds: rows.map((row) => ({ id: row.id, kind: 'replace' as const, row, field: 'labels' as const })),
  reindex: false,
}))

/** Boards one after the other, from a full one on: rows come, change, change without a sign, go and come back. */
export const anyBoards: fc.Arbitrary<readonly Board[]> = fc
  .tuple(firstStep, fc.array(anyStep, { minLength: 1, maxLength: 14 }))
  .map(([first, steps]) => boardsOf([first, ...steps]))

function boardsOf(steps: readonly Step[]): readonly Board[] {
  let board = emptyBoard('1')
  return steps.map((step) => {
    board = after(board, step)
    return board
  })
}

function after(board: Board, { deeds, reindex }: Step): Board {
  const removes = deeds.filter(({ kind }) => kind === 'remove').map(({ id }) => id)
  const upserts = deeds.filter(({ kind }) => kind !== 'remove').map((deed) => done(rowOf(board, deed.id), deed))
  const next = applyTick(board, { seq: board.seq + 1, upserts, removes }).board
  if (!reindex) return next
  const rows = liveRows(next).reverse()
  return { ...next, index: new Map(rows.map((row, slot) => [row.id, slot])), rows }
}

function done(before: TokenRow | undefined, { kind, row, field }: Deed): TokenRow {
  if (before === undefined || kind === 'replace') return row
  return kind === 'copy' ? { ...before, volumeUsd: { ...before.volumeUsd } } : { ...before, [field]: row[field] }
}

/** Texts to search for, and whom each of them finds. */
const SEARCHES: ReadonlyMap<string | null, (row: TokenRow) => boolean> = new Map([
  [null, () => true],
  ['fig', (row: TokenRow) => row.labels.text === 'fig\nfig'],
  ['sol', (row: TokenRow) => row.labels.text === 'fig\nfig'],
  ['plum', (row: TokenRow) => row.labels.text === 'plum\n'],
  [IDS[2] ?? null, (row: TokenRow) => row.id === IDS[2]],
])

export const anyView: fc.Arbitrary<TokenView> = fc
  .record({
    order: anyOrder,
    q: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, fc.constantFrom(...SEARCHES.keys())),
    network: fc.constantFrom(null, null, 'solana' as const),
    minLiquidityUsd: fc.constantFrom(null, null, null, 1, 1000),
  })
  .map(({ order, ...which }) => ({ ...order, ...which }))

export type Shown = Readonly<Record<string, unknown>>

/** What a reader of the view must see of a board, as it comes out of JSON. Shares nothing with the code it judges. */
export function expected(board: Board, view: TokenView, limit: number): readonly Shown[] {
  const rows = [...board.index.values()].flatMap((slot) => board.rows[slot] ?? [])
  const chosen = rows.filter((row) => isChosen(view, row))
  const left = new Set(chosen)
  const ordered: TokenRow[] = []
  while (left.size > 0 && ordered.length < limit) {
    const best = [...left].find((row) => [...left].every((other) => other === row || isBefore(view, row, other)))
    if (best === undefined) throw new Error('the order is not total')
    ordered.push(best)
    left.delete(best)
  }
  return ordered.map(shown)
}

export function shown(row: TokenRow): Shown {
  return overTheWire(Object.fromEntries([['id', row.id], ...SHOWN_FIELDS.map((field) => [field, row[field]])]))
}

function overTheWire<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}

function isChosen({ q, network, minLiquidityUsd }: TokenView, row: TokenRow): boolean {
  if (network !== null && !row.id.startsWith(`${network}:`)) return false
  if (minLiquidityUsd !== null && !(row.liquidityUsd !== null && row.liquidityUsd >= minLiquidityUsd)) return false
  return SEARCHES.get(q)?.(row) ?? false
}

function isBefore(view: TokenView, row: TokenRow, other: TokenRow): boolean {
  const [one, two] = [place(view, row), place(view, other)]
  if (one.tier !== two.tier) return one.tier < two.tier
  if (one.figure === two.figure) return row.id < other.id
  return view.order === 'desc' ? one.figure > two.figure : one.figure < two.figure
}

/** Tier 0 for a proven figure, 1 for an unproven market cap, 2 for none. */
function place(view: TokenView, row: TokenRow): { readonly tier: number; readonly figure: number } {
  const figure = figureOf(view, row)
  if (figure === null) return { tier: 2, figure: 0 }
  const isProven = row.marketCapBasis === 'circulating' || (row.liquidityUsd !== null && row.liquidityUsd >= 1000)
  return view.sort === 'market_cap' && !isProven ? { tier: 1, figure: 0 } : { tier: 0, figure }
}

function figureOf({ sort, window }: TokenView, row: TokenRow): number | null {
  const volume = row.volumeUsd[window]
  const count = row.transactions[window]
  const isTraded = volume !== null && count !== null && row.liquidityUsd !== null
  const figures = {
    volume,
    price_change: row.changePct[window],
    market_cap: row.marketCapUsd,
    liquidity: row.liquidityUsd,
    transactions: count,
    age: row.createdAtMs === null ? null : 9 - row.createdAtMs,
    trending: isTraded ? count * (volume < (row.liquidityUsd ?? 0) ? volume : (row.liquidityUsd ?? 0)) : null,
  }
  return figures[sort]
}

/** The rule that clients are told for a delta, and nothing else. */
export function read(held: readonly Shown[], delta: ViewDelta): readonly Shown[] {
  const { removes, upserts, order } = overTheWire(delta)
  const rows = new Map(held.map((row) => [row['id'], row]))
  for (const id of removes) rows.delete(id)
  for (const upsert of upserts) rows.set(upsert.id, { ...rows.get(upsert.id), ...upsert })
  return order === null ? [...rows.values()] : order.map((id) => rows.get(id) ?? {})
}

/** How often what is shown changed between two places of a list. */
export function changesBetween(lists: readonly (readonly Shown[])[], from: number, to: number): number {
  const texts = lists.slice(from, to + 1).map((list) => JSON.stringify(list))
  return texts.filter((text, place) => place > 0 && text !== texts[place - 1]).length
}
