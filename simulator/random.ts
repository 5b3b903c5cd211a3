/**
 * The simulator's own randomness: mulberry32, a 32-bit generator with one word of state, seeded by the text of its
 * labels (FNV-1a with a murmur finish). Every token and pool has a stream of its own, so that adding a token
 * changes nothing about the others. Good enough for a market, not for secrets.
 */
export interface Random {
  /** In [0, 1). */
  next(): number
  between(low: number, high: number): number
  /** Whole number, both ends possible. */
  int(low: number, high: number): number
  pick<T>(list: readonly [T, ...T[]]): T
  /** Standard normal. */
  gauss(): number
  /** How many events come when `expected` come on average. */
  poisson(expected: number): number
}

/** The text as 32 well-mixed bits. */
export function hash32(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The text as a number in [0, 1). */
export function hash01(text: string): number {
  return hash32(text) / 0x1_0000_0000
}

/** A UUID-shaped text that is the same for the same input. */
export function hashUuid(text: string): string {
  const hex = [0, 1, 2, 3].map((part) => hash32(`${part}/${text}`).toString(16).padStart(8, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** The stream named by its labels. */
export function randomOf(...labels: readonly (string | number)[]): Random {
  let state = hash32(labels.join('/'))
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const gauss = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    int,
    pick: (list) => list[int(0, list.length - 1)] ?? list[0],
    gauss,
    poisson: (expected) =>
      expected > 30 ? Math.max(0, Math.round(expected + Math.sqrt(expected) * gauss())) : countUnits(next, expected),
  }
}

/** Knuth's method: how many uniform factors fit before the product falls under e^-expected. */
function countUnits(next: () => number, expected: number): number {
  const floor = Math.exp(-expected)
  let count = 0
  for (let product = next(); product > floor; product *= next()) count++
  return count
}
