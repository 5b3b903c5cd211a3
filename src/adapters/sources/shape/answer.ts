import { z } from 'zod'
import { SourceError } from '../../../domain/errors.ts'
import type { TokenId } from '../../../domain/tokens/identity.ts'
import { NO_WINDOWS, type Observation, observedToken } from '../../../domain/tokens/observation.ts'
import type { SourceAnswer, UnresolvedReason } from '../../../ports/token-source.ts'

/** What a parser is told beside the body. */
export interface Question {
  /** Empty for a search. */
  readonly asked: readonly TokenId[]
  /** Unix milliseconds */
  readonly observedAtMs: number
}

/** A row that names a token but says nothing usable of its price. */
export interface Unusable {
  readonly id: TokenId
  readonly reason: 'no_price' | 'bad_row'
}

/** What one row came to; null for a row that is about nobody we can name. */
export type Reading = Observation | Unusable | null

/** The facts that every observation has. */
export type Identity = Pick<Observation, 'source' | 'network' | 'token' | 'priceUsd' | 'observedAtMs'>

/** An observation in which everything not given is null. */
export function observation(identity: Identity, facts: Partial<Observation>): Observation {
  return { ...SILENT, ...identity, ...facts }
}

const SILENT = {
  pool: null,
  dex: null,
  base: null,
  quote: null,
  symbol: null,
  name: null,
  quoteSymbol: null,
  liquidityUsd: null,
  quoteSideUsd: null,
  volumeUsd: NO_WINDOWS,
  txns: NO_WINDOWS,
  changePct: NO_WINDOWS,
  marketCapUsd: null,
  marketCapBasis: null,
  fdvUsd: null,
  createdAtMs: null,
  sourceAtMs: null,
} as const

/** A price is more than nothing; zero and null are both "no price". */
export function isPrice(priceUsd: number | null): priceUsd is number {
  return priceUsd !== null && priceUsd > 0
}

/** Brings the readings of one body together: one observation per token and pool, each asked token exactly once. */
export function answer(source: string, question: Question, readings: readonly Reading[]): SourceAnswer {
  const observations = new Map<string, Observation>()
  const unusable = new Map<TokenId, UnresolvedReason>()
  for (const reading of readings) {
    if (reading === null) continue
    if ('reason' in reading) unusable.set(reading.id, reading.reason)
    else keepLowest(observations, reading)
  }
  const told = new Set(Array.from(observations.values(), observedToken))
  const missing = [...new Set(question.asked)].filter((id) => !told.has(id))
  return {
    source,
    observedAtMs: question.observedAtMs,
    observations: [...observations.values()],
    unresolved: missing.map((id) => ({ id, reason: unusable.get(id) ?? 'not_listed' })),
  }
}

/** Of two rows on one pool the lower price stays, whatever their order: the rule by which the merge would choose too. */
function keepLowest(kept: Map<string, Observation>, row: Observation): void {
  const key = `${observedToken(row)} ${row.pool}`
  const other = kept.get(key)
  if (other === undefined || (row.priceUsd ?? 0) < (other.priceUsd ?? 0)) kept.set(key, row)
}

/**
 * The body as the envelope's schema reads it.
 * @throws SourceError `bad_body`
 */
export function openEnvelope<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const where = result.error.issues[0]?.path.join('.') || 'the top'
  throw new SourceError('bad_body', `the body is not of the documented shape at ${where}`)
}

/** Rows of any kind: each is judged on its own. */
export const rows = z.array(z.unknown())

/** The rows that the schema can read; the others are left out. */
export function readable<T>(schema: z.ZodType<T>, list: readonly unknown[]): T[] {
  return list.flatMap((row) => {
    const result = schema.safeParse(row)
    return result.success ? [result.data] : []
  })
}
