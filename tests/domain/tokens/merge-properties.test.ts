import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Merged, type Sourced, STATUSES } from '../../../src/domain/tokens/merged.ts'
import { type Observation, SOURCE_WINDOWS } from '../../../src/domain/tokens/observation.ts'
import { mergeParameters } from '../../../src/domain/tokens/parameters.ts'
import { heardFrom, liesOf, observations, previous, price, sourceName, wildFrom } from './merge-arbitraries.ts'
import { lastGood, merge, observation, SOURCES } from './merge-support.ts'

const RUNS = { numRuns: 5000 }
const FIVE = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'] as const

describe('merge/1 on any statements', () => {
  it('gives the same result for every permutation of them', () => {
    const shuffled = observations.chain((said) =>
      fc.tuple(fc.constant(said), fc.shuffledSubarray(said, { minLength: said.length })),
    )
    fc.assert(
      fc.property(shuffled, previous, ([said, permuted], last) => {
        return isDeepStrictEqual(merge(said, { previous: last }), merge(permuted, { previous: last }))
      }),
      RUNS,
    )
  })

  it('gives the same result for every permutation of wild ones, zeros of both signs included', () => {
    const wild = fc.array(wildFrom(sourceName), { maxLength: 6 })
    const shuffled = wild.chain((said) =>
      fc.tuple(fc.constant(said), fc.shuffledSubarray(said, { minLength: said.length })),
    )
    fc.assert(
      fc.property(shuffled, ([said, permuted]) => isDeepStrictEqual(merge(said), merge(permuted))),
      RUNS,
    )
  })

  it('never throws and never publishes what is no price, whatever the doubles', () => {
    fc.assert(
      fc.property(fc.array(wildFrom(sourceName), { maxLength: 9 }), previous, (said, last) => {
        const merged = merge(said, { previous: last })
        expect(STATUSES).toContain(merged.status)
        expect(merged.inputs).toHaveLength(said.length)
        if (merged.priceUsd !== null) expect(merged.priceUsd > 0 && merged.priceUsd <= 1e15).toBe(true)
      }),
      RUNS,
    )
  })

  it('shows only a price that a source really reported, or the last good one', () => {
    fc.assert(
      fc.property(observations, previous, (said, last) => {
        const { priceUsd, status, source, pool } = merge(said, { previous: last })
        if (status === 'unknown') return priceUsd === null
        if (status === 'held' || status === 'stale') return priceUsd === last?.priceUsd && source === null
        return said.some((one) => one.priceUsd === priceUsd && one.source === source && one.pool === pool)
      }),
      RUNS,
    )
  })

  it('shows no other value without a source that was accepted and a time', () => {
    fc.assert(
      fc.property(observations, previous, (said, last) => {
        const merged = merge(said, { previous: last })
        const accepted = new Set(
          merged.inputs.filter((input) => input.accepted).map((input) => input.observation.source),
        )
        for (const { source, observedAtMs } of numbersOf(merged)) {
          expect(source === 'pools' ? merged.pools.length > 0 : accepted.has(source)).toBe(true)
          expect(Number.isFinite(observedAtMs)).toBe(true)
        }
      }),
      RUNS,
    )
  })

  it('gives the same price and status again from its own state', () => {
    fc.assert(
      fc.property(observations, previous, (said, last) => {
        const once = merge(said, { previous: last })
        const again = merge(said, { previous: once.state })
        return (
          once.priceUsd === again.priceUsd && once.status === again.status && isDeepStrictEqual(once.state, again.state)
        )
      }),
      RUNS,
    )
  })
})

describe('merge/1 against liars', () => {
  it('keeps the price within what the two others say, whatever the third of three says', () => {
    const honest = SOURCES.map((source) => fc.array(heardFrom(fc.constant(source)), { minLength: 1, maxLength: 4 }))
    for (const [liar, name] of SOURCES.entries()) {
      const others = fc.tuple(...honest.filter((_, index) => index !== liar)).map((told) => told.flat())
      fc.assert(
        fc.property(others, liesOf(name), (truth, lies) => isWithinWhatIsSaid(truth, lies, SOURCES)),
        RUNS,
      )
    }
  })

  it('keeps the price within what the three others say, whatever two of five agree to say', () => {
    const chosen = fc.shuffledSubarray([...FIVE], { minLength: 5 }).chain(([one, two, ...others]) => {
      const truth = others.map((source) => fc.array(heardFrom(fc.constant(source)), { minLength: 1, maxLength: 3 }))
      return fc.tuple(
        fc.tuple(...truth).map((told) => told.flat()),
        fc.tuple(liesOf(one ?? ''), liesOf(two ?? '')).map((told) => told.flat()),
      )
    })
    fc.assert(
      fc.property(chosen, ([truth, lies]) => isWithinWhatIsSaid(truth, lies, FIVE)),
      RUNS,
    )
  })

  it('lets two of three agree on any price: that is what a majority means', () => {
    const merged = merge([
      observation({ source: 'dexscreener', priceUsd: 50 }),
      observation({ source: 'jupiter', priceUsd: 50 }),
      observation({ source: 'geckoterminal', priceUsd: 1 }),
    ])
    expect(merged.priceUsd).toBe(50)
  })
})

describe('raising one price', () => {
  /** At most one statement per source and pool, as an adapter promises. */
  const distinct = fc.uniqueArray(heardFrom(fc.constantFrom(...SOURCES)), {
    minLength: 1,
    maxLength: 9,
    selector: ({ source, pool }) => `${source} ${pool}`,
  })
  const raise = distinct.chain((said) => fc.tuple(fc.constant(said), fc.nat(said.length - 1), price))

  it('never lowers the price of the vote', () => {
    fc.assert(
      fc.property(raise, ([said, index, priceUsd]) => {
        const before = merge(said).candidateUsd
        const raised = said.map((one, at) => (at === index ? raisedTo(one, priceUsd) : one))
        const after = merge(raised).candidateUsd
        return before !== null && after !== null && after >= before
      }),
      { numRuns: 20_000 },
    )
  })

  it('never lowers the published price of a token without a last good price', () => {
    fc.assert(
      fc.property(raise, ([said, index, priceUsd]) => {
        const raised = said.map((one, at) => (at === index ? raisedTo(one, priceUsd) : one))
        return Number(merge(raised).priceUsd) >= Number(merge(said).priceUsd)
      }),
      RUNS,
    )
  })

  it('may bring back the last good price when it makes a jump: the one exception', () => {
    const previous = lastGood(1)
    expect(merge([observation({ priceUsd: 9 })], { previous }).priceUsd).toBe(9)
    expect(merge([observation({ priceUsd: 11 })], { previous })).toMatchObject({ status: 'held', priceUsd: 1 })
  })
})

function raisedTo(said: Observation, priceUsd: number): Observation {
  return { ...said, priceUsd: Math.max(said.priceUsd ?? 0, priceUsd) }
}

function isWithinWhatIsSaid(truth: readonly Observation[], lies: readonly Observation[], names: readonly string[]) {
  const parameters = mergeParameters(names)
  const prices = merge(truth, { parameters }).said.map(({ priceUsd }) => priceUsd)
  const shown = merge([...truth, ...lies], { parameters }).priceUsd
  return shown !== null && shown >= Math.min(...prices) && shown <= Math.max(...prices)
}

/** Every sourced value of a result. */
function numbersOf(merged: Merged): readonly Sourced<unknown>[] {
  const { liquidityUsd, volumeUsd, txns, changePct, marketCapUsd, fdvUsd, dex, createdAtMs } = merged
  const totals = [liquidityUsd, ...SOURCE_WINDOWS.flatMap((window) => [volumeUsd[window], txns[window]])]
  const figures = totals.flatMap(({ chosen, figures }) => [chosen, ...figures])
  const changes = SOURCE_WINDOWS.map((window) => changePct[window])
  return [...figures, ...changes, marketCapUsd, fdvUsd, dex, createdAtMs].filter((one) => one !== null)
}
