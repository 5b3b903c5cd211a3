import type { TokenParams } from '../../clients/stream.ts'
import { UNITS, type Unit } from '../format/money.ts'

export const WINDOWS = ['5m', '1h', '6h', '24h', '7d'] as const
export type Window = (typeof WINDOWS)[number]
export const SORTS = ['volume', 'price_change', 'market_cap', 'liquidity', 'transactions', 'age', 'trending'] as const
export type Sort = (typeof SORTS)[number]
export type Order = 'desc' | 'asc'

/** What the address bar holds: everything that makes this page look as it does for somebody else too. */
export interface BoardView {
  readonly q: string
  /** Empty: all of them. */
  readonly network: string
  readonly sort: Sort
  readonly order: Order
  readonly window: Window
  readonly unit: Unit
  /** Id of the token whose details are open; empty for none. */
  readonly token: string
}

export const FIRST_VIEW: BoardView = {
  q: '',
  network: '',
  sort: 'volume',
  order: 'desc',
  window: '24h',
  unit: 'usd',
  token: '',
}

const CHOICES: { readonly [K in keyof BoardView]?: readonly string[] } = {
  sort: SORTS,
  order: ['desc', 'asc'],
  window: WINDOWS,
  unit: UNITS,
}

/** What is missing or makes no sense in an address is as at first. */
export function readView(search: string): BoardView {
  const given = new URLSearchParams(search)
  const read = (name: keyof BoardView) => {
    const value = given.get(name) ?? FIRST_VIEW[name]
    return (CHOICES[name]?.includes(value) ?? true) ? value : FIRST_VIEW[name]
  }
  const names = Object.keys(FIRST_VIEW) as (keyof BoardView)[]
  return Object.fromEntries(names.map((name) => [name, read(name)])) as unknown as BoardView
}

/** The query of an address, with its `?`; empty for the first view. */
export function writeView(view: BoardView): string {
  const names = Object.keys(FIRST_VIEW) as (keyof BoardView)[]
  const told = names.filter((name) => view[name] !== FIRST_VIEW[name]).map((name) => [name, view[name]])
  return told.length === 0 ? '' : `?${new URLSearchParams(told)}`
}

/** What the stream is asked for. Views that differ in unit or open details ask for the same. */
export function paramsOf({ q, network, sort, order, window }: BoardView, limit: number): TokenParams {
  const text = q.trim()
  return { ...(text !== '' && { q: text }), ...(network !== '' && { network }), sort, order, window, limit }
}

export const SORT_LABELS: Readonly<Record<Sort, string>> = {
  volume: 'Volume',
  price_change: 'Price change',
  market_cap: 'Market cap',
  liquidity: 'Liquidity',
  transactions: 'Transactions',
  age: 'Age',
  trending: 'Trending',
}

/** The view after a click on a column: its own column turns around, another one starts with the largest. */
export function sortedBy(view: BoardView, sort: Sort, window: Window = view.window): BoardView {
  const isSame = view.sort === sort && (sort !== 'price_change' || view.window === window)
  return { ...view, sort, window, order: isSame && view.order === 'desc' ? 'asc' : 'desc' }
}
