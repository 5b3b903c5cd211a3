import { SHOWN_FIELDS, type Upsert } from '../../../domain/tokens/diff.ts'
import type { TokenRow } from '../../../domain/tokens/row.ts'
import { iso } from '../bodies/time.ts'
import { tokenBody } from '../bodies/token.ts'

/** Whether rows carry the points of a small chart. */
export type Spark = 'spark' | 'plain'

const texts = { plain: new WeakMap<TokenRow, string>(), spark: new WeakMap<TokenRow, string>() }

/** A whole row as JSON. Boards share the rows that did not change, so most texts are there already. */
export function rowText(row: TokenRow, spark: Spark): string {
  const known = texts[spark].get(row)
  if (known !== undefined) return known
  const { price_sol, ...token } = tokenBody(row, null)
  const text = JSON.stringify(spark === 'spark' ? { ...token, spark: row.spark } : token)
  texts[spark].set(row, text)
  return text
}

type ShownField = (typeof SHOWN_FIELDS)[number]

/** The key of each field on the wire; times are told as ISO 8601. */
const KEYS: Readonly<Record<ShownField, string>> = {
  network: 'network',
  address: 'address',
  name: 'name',
  symbol: 'symbol',
  priceUsd: 'price_usd',
  changePct: 'change_pct',
  volumeUsd: 'volume_usd',
  transactions: 'transactions',
  liquidityUsd: 'liquidity_usd',
  marketCapUsd: 'market_cap_usd',
  marketCapBasis: 'market_cap_basis',
  fdvUsd: 'fdv_usd',
  dex: 'dex',
  poolCount: 'pool_count',
  createdAtMs: 'created_at',
  status: 'status',
  sources: 'sources',
  observedAtMs: 'observed_at',
  spark: 'spark',
}

/** A row of a delta: its changed keys, or every key when it is new to the reader. */
export function upsertBody(upsert: Upsert, spark: Spark): Record<string, unknown> {
  const body: Record<string, unknown> = { id: upsert.id }
  for (const field of SHOWN_FIELDS) {
    const value = upsert[field]
    if (value === undefined || (field === 'spark' && spark === 'plain')) continue
    body[KEYS[field]] = field === 'createdAtMs' || field === 'observedAtMs' ? iso(value as number | null) : value
  }
  return body
}

/** Whether a reader without charts sees a difference. */
export function isShownPlainly(upsert: Upsert): boolean {
  return SHOWN_FIELDS.some((field) => field !== 'spark' && upsert[field] !== undefined)
}
