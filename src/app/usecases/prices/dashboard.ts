import { ServiceError } from '../../../domain/errors.ts'
import type { DashboardRow } from '../../../domain/prices/coin.ts'
import { readTextCursor, writeTextCursor } from '../../../domain/prices/cursor.ts'
import { byOrder, type DashboardOrder, type Ranked, withoutZeros } from '../../../domain/prices/dashboard.ts'
import type { CoinDetail, CoinsPage, CoinsRequest } from '../../../ports/prices.ts'
import { coinOf, coinsOf, known } from './assets.ts'
import type { Readable } from './available.ts'

export async function dashboard(
  store: Readable,
  dayMs: number,
  { symbols, order }: { symbols: readonly string[] | null; order: DashboardOrder | null },
): Promise<readonly DashboardRow[]> {
  const asked = symbols === null ? null : (await coinsOf(store, symbols)).map(({ symbol }) => symbol)
  const rows = await store.dashboard(dayMs, asked)
  return order === null ? inOrderOf(asked, rows) : rows.toSorted(byOrder(order))
}

export async function coinDetail(store: Readable, symbol: string): Promise<CoinDetail> {
  const coin = await coinOf(store, symbol)
  const { firstMs, lastMs } = await known(store, { kind: 'coin', symbol: coin.symbol })
  const [last] = await store.dashboard(lastMs, [coin.symbol])
  if (last === undefined) throw new ServiceError('coin_not_found', 'The coin has no record any more.')
  return { ...coin, firstDayMs: firstMs, lastDayMs: lastMs, last: withoutZeros(last) }
}

export async function coinsPage(store: Readable, request: CoinsRequest): Promise<CoinsPage> {
  const { dayMs, symbols, order, limit, cursor } = request
  const scope = JSON.stringify([dayMs, symbols, order])
  const after = cursor === null ? null : placeOf(cursor, scope)
  const rows = (await dashboard(store, dayMs, { symbols, order: null })).map(withoutZeros)
  const sorted = order === null ? rows : rows.sort(byOrder(order))
  const rest = after === null ? sorted : sorted.slice(startOf(sorted, after, order))
  const page = rest.slice(0, limit)
  const last = page.at(-1)
  const isMore = rest.length > page.length && last !== undefined
  return { rows: page, nextCursor: isMore ? writeTextCursor(JSON.stringify(placeAt(last, order)), scope) : null }
}

/** A list without an order of its own is in that of the symbols, which are all there: see coinsOf. */
function inOrderOf(symbols: readonly string[] | null, rows: readonly DashboardRow[]): readonly DashboardRow[] {
  if (symbols === null) return rows
  const bySymbol = new Map(rows.map((row) => [row.symbol, row]))
  return symbols.flatMap((symbol) => bySymbol.get(symbol) ?? [])
}

type Place = readonly [symbol: string, value: string | number | null]

function placeAt(row: DashboardRow, order: DashboardOrder | null): Place {
  return [row.symbol, order === null ? null : row[order.field]]
}

/** By value, so that a walk goes on where it was, though coins were imported meanwhile. */
function startOf(rows: readonly DashboardRow[], [symbol, value]: Place, order: DashboardOrder | null): number {
  if (order === null) return rows.findIndex((row) => row.symbol === symbol) + 1
  const compare = byOrder(order)
  const last = { ...NOWHERE, [order.field]: value, symbol } as Ranked
  const index = rows.findIndex((row) => compare(row, last) > 0)
  return index === -1 ? rows.length : index
}

const NOWHERE: Ranked = {
  symbol: '',
  name: '',
  price: 0,
  change1d: null,
  change7d: null,
  change30d: null,
  volume: null,
  marketCap: null,
}

function placeOf(cursor: string, scope: string): Place {
  const read = readTextCursor(cursor, scope)
  if (read === 'mismatch')
    throw new ServiceError('cursor_mismatch', 'The cursor belongs to a list with other parameters.')
  const place = read === null ? null : parsed(read.place)
  if (place === null) throw new ServiceError('invalid_cursor', 'This is not a cursor of this list.')
  return place
}

function parsed(text: string): Place | null {
  try {
    const value: unknown = JSON.parse(text)
    return isPlace(value) ? value : null
  } catch {
    return null
  }
}

function isPlace(value: unknown): value is Place {
  if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== 'string') return false
  return value[1] === null || typeof value[1] === 'string' || typeof value[1] === 'number'
}
