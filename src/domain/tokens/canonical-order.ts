import { type Observation, SOURCE_WINDOWS } from './observation.ts'

type Scalar = string | number | null

/**
 * One order for any set of observations, so that a result never depends on who answered first: by precedence of the
 * source (unknown sources last, by name), then pool id with the token-level statement last, then the newest, then the
 * lowest price. Statements equal in all of these are ordered by the rest of their content.
 */
export function canonicalOrder(precedence: readonly string[]): (a: Observation, b: Observation) => number {
  return (a, b) =>
    compareSources(a.source, b.source, precedence) ||
    compareScalars(a.pool, b.pool) ||
    compareScalars(b.observedAtMs, a.observedAtMs) ||
    compareScalars(a.priceUsd, b.priceUsd) ||
    compareContent(a, b)
}

/** Texts by character code: the same in every language and locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function compareSources(a: string, b: string, precedence: readonly string[]): number {
  return a === b ? 0 : rank(a, precedence) - rank(b, precedence) || compareText(a, b)
}

function rank(source: string, precedence: readonly string[]): number {
  const index = precedence.indexOf(source)
  return index === -1 ? precedence.length : index
}

/** Total: values of one field, null last, NaN before it, -0 before 0 (two zeros are different bytes). */
function compareScalars(a: Scalar, b: Scalar): number {
  if (Object.is(a, b)) return 0
  if (a === null || b === null) return a === null ? 1 : -1
  if (a < b) return -1
  if (a > b) return 1
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) ? 1 : -1
  return Object.is(a, -0) ? -1 : 1
}

const FIELDS = [
  'network',
  'token',
  'dex',
  'base',
  'quote',
  'symbol',
  'name',
  'quoteSymbol',
  'liquidityUsd',
  'quoteSideUsd',
  'marketCapUsd',
  'marketCapBasis',
  'fdvUsd',
  'createdAtMs',
  'sourceAtMs',
] as const satisfies readonly (keyof Observation)[]
const BY_WINDOW = ['volumeUsd', 'txns', 'changePct'] as const satisfies readonly (keyof Observation)[]

/** Rarely reached: one source told one pool twice in one millisecond at one price. */
function compareContent(a: Observation, b: Observation): number {
  for (const field of FIELDS) {
    const order = compareScalars(a[field], b[field])
    if (order !== 0) return order
  }
  for (const field of BY_WINDOW) {
    for (const window of SOURCE_WINDOWS) {
      const order = compareScalars(a[field][window], b[field][window])
      if (order !== 0) return order
    }
  }
  return 0
}
