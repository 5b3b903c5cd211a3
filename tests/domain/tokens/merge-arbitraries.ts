import fc from 'fast-check'
import type { LastGood } from '../../../src/domain/tokens/merged.ts'
import { type Observation, type PerWindow, SOURCE_WINDOWS } from '../../../src/domain/tokens/observation.ts'
import { NOW_MS, observation, SOL, SOURCES, TOKEN, USDC } from './merge-support.ts'

/** Prices that tie, agree, disagree, are outliers of each other and jump, all in a handful of values. */
export const price = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(1, 1.01, 1.04, 1.06, 1.2, 1.3, 2, 9, 11, 0.95, 0.08) },
  { weight: 1, arbitrary: fc.double({ min: 5e-324, max: 1e15, noNaN: true }) },
)

/** What a source may send by mistake or by malice. */
export const anyDouble = fc.oneof(
  fc.double(),
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    0,
    -1,
    Number('1e400'),
    1e15,
    1e16,
  ),
)

const usd = fc.option(fc.constantFrom(0, 0.1, 0.2, 0.3, 500, 1000, 1e5, 1e7, 1e15), { nil: null })
const pool = fc.option(fc.constantFrom('PoolA', 'PoolB', 'poolA'), { nil: null })
const ageMs = fc.constantFrom(0, 1000, 10_000, 89_999, 90_000, 90_001)
const label = fc.option(fc.constantFrom('APPLE', 'Apple'), { nil: null })

/** @param value of every quantity */
function fields(value: fc.Arbitrary<number | null>) {
  return {
    dex: fc.option(fc.constantFrom('orca', 'raydium'), { nil: null }),
    base: fc.constantFrom(TOKEN, TOKEN, TOKEN, null, USDC),
    quote: fc.constantFrom(USDC, SOL, null, 'Wor1dWor1dWor1dWor1dWor1dWor1dWor1dWor1dXYZ'),
    symbol: label,
    name: label,
    liquidityUsd: value,
    quoteSideUsd: value,
    volumeUsd: windows(value),
    txns: windows(value),
    changePct: windows(value),
    marketCapUsd: value,
    marketCapBasis: fc.constantFrom('circulating' as const, 'unknown' as const, null),
    fdvUsd: value,
    createdAtMs: fc.option(fc.constantFrom(1, 2, NOW_MS), { nil: null }),
  }
}

/** Whatever a well-meaning adapter may hand over, with many ties. */
export function saidBy(source: fc.Arbitrary<string>, priceUsd: fc.Arbitrary<number | null> = price) {
  return fc
    .record({ ...fields(usd), source, pool, priceUsd, observedAtMs: ageMs.map((age) => NOW_MS - age) })
    .map(observation)
}

/** An honest, heard statement. */
export function heardFrom(source: fc.Arbitrary<string>) {
  return saidBy(source).map((said) => ({ ...said, base: TOKEN, observedAtMs: NOW_MS - 5000 }))
}

/** Any doubles in every numeric field, times included. */
export function wildFrom(source: fc.Arbitrary<string>): fc.Arbitrary<Observation> {
  const value = fc.option(anyDouble, { nil: null })
  return fc
    .record({ ...fields(value), createdAtMs: value, source, pool, priceUsd: value, observedAtMs: anyDouble })
    .map(observation)
}

/** A liar speaks in time and to the point, and says whatever it likes, of as many pools as it likes. */
export function liesOf(source: string): fc.Arbitrary<readonly Observation[]> {
  const lie = wildFrom(fc.constant(source)).map((said) => ({ ...said, base: TOKEN, observedAtMs: NOW_MS - 1000 }))
  const insistent = lie.chain((said) => price.map((priceUsd) => ({ ...said, priceUsd })))
  return fc
    .array(fc.tuple(fc.oneof(lie, insistent), fc.nat(9)), { maxLength: 8 })
    .map((told) => told.map(([said, n]) => ({ ...said, pool: n === 0 ? null : `Pool${n}` })))
}

export const sourceName = fc.constantFrom(...SOURCES, 'stranger')
export const observations = fc.array(saidBy(sourceName), { maxLength: 9 })

export const previous: fc.Arbitrary<LastGood | null> = fc.option(
  fc.record({
    priceUsd: price,
    observedAtMs: fc.constantFrom(NOW_MS - 60_000, NOW_MS - 899_999, NOW_MS - 900_000, NOW_MS - 2_000_000),
    pending: fc.option(
      fc.record({ priceUsd: price, observedAtMs: fc.constantFrom(NOW_MS - 30_000, NOW_MS - 10_000, NOW_MS) }),
      { nil: null },
    ),
  }),
  { nil: null },
)

function windows(value: fc.Arbitrary<number | null>): fc.Arbitrary<PerWindow<number | null>> {
  const [a, b, c, d] = SOURCE_WINDOWS
  return fc.record({ [a]: value, [b]: value, [c]: value, [d]: value }) as fc.Arbitrary<PerWindow<number | null>>
}
