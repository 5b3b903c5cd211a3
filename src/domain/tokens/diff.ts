import type { TokenId } from './identity.ts'
import type { TokenRow } from './row.ts'

/** Fields a client sees, `spark` on request. Anything else may change without a word. */
export const SHOWN_FIELDS = [
  'network',
  'address',
  'name',
  'symbol',
  'priceUsd',
  'changePct',
  'volumeUsd',
  'transactions',
  'liquidityUsd',
  'marketCapUsd',
  'marketCapBasis',
  'fdvUsd',
  'dex',
  'poolCount',
  'createdAtMs',
  'status',
  'sources',
  'observedAtMs',
  'spark',
] as const satisfies readonly (keyof TokenRow)[]
type Shown = (typeof SHOWN_FIELDS)[number]

/** A whole row when it is new to the reader, else its id and the changed fields; nested objects are replaced whole. */
export type Upsert = Pick<TokenRow, 'id'> & Partial<Pick<TokenRow, Shown>>

/**
 * What turns one ordered list of rows into another. A reader drops `removes`, merges each upsert over its old row by
 * top-level key (new ones at the end, in order), then arranges by `order` when there is one.
 */
export interface Delta {
  readonly upserts: readonly Upsert[]
  readonly removes: readonly TokenId[]
  /** All ids, only when the order that follows from the rest is not the right one. */
  readonly order: readonly TokenId[] | null
}

/** @returns null when a reader of `before` sees no difference. */
export function diff(before: readonly TokenRow[], after: readonly TokenRow[]): Delta | null {
  const old = new Map(before.map((row) => [row.id, row]))
  const kept = new Set<TokenId>()
  const upserts: Upsert[] = []
  const added: TokenId[] = []
  for (const row of after) {
    const was = old.get(row.id)
    if (was === undefined) added.push(row.id)
    else kept.add(row.id)
    const upsert = was === undefined ? shownOf(row) : changesOf(was, row)
    if (upsert !== null) upserts.push(upsert)
  }
  const removes = before.filter((row) => !kept.has(row.id)).map((row) => row.id)
  const implied = [...before.filter((row) => kept.has(row.id)).map((row) => row.id), ...added]
  const order = after.some((row, place) => row.id !== implied[place]) ? after.map((row) => row.id) : null
  return upserts.length + removes.length === 0 && order === null ? null : { upserts, removes, order }
}

function shownOf(row: TokenRow): Upsert {
  const upsert: Record<string, unknown> = { id: row.id }
  for (const field of SHOWN_FIELDS) upsert[field] = row[field]
  return upsert as Upsert
}

/** Compares field by field, identity first; the nested objects are small and flat. */
function changesOf(before: TokenRow, after: TokenRow): Upsert | null {
  if (before === after) return null
  let upsert: Record<string, unknown> | null = null
  for (const field of SHOWN_FIELDS) {
    if (sameValue(before[field], after[field])) continue
    upsert ??= { id: after.id }
    upsert[field] = after[field]
  }
  return upsert as Upsert | null
}

function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const left = a as Readonly<Record<string, unknown>>
  const right = b as Readonly<Record<string, unknown>>
  const keys = Object.keys(left)
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key])
}

/** True when a reader sees no difference between two versions of one row. */
export function looksSame(before: TokenRow, after: TokenRow): boolean {
  return before === after || SHOWN_FIELDS.every((field) => sameValue(before[field], after[field]))
}
