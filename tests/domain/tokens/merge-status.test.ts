import { describe, expect, it } from 'vitest'
import type { LastGood, Merged } from '../../../src/domain/tokens/merged.ts'
import type { Observation } from '../../../src/domain/tokens/observation.ts'
import { lastGood, merge, NOW_MS, observation } from './merge-support.ts'

const by = (source: string, priceUsd: number, liquidityUsd: number | null = 5000) =>
  observation({ source, priceUsd, liquidityUsd })

interface Row {
  readonly name: string
  readonly said: readonly Observation[]
  readonly previous?: LastGood
  readonly shows: Partial<Merged>
}

const TABLE: readonly Row[] = [
  { name: 'unknown: nobody was ever heard', said: [], shows: { status: 'unknown', priceUsd: null, state: null } },
  {
    name: 'unknown: the last good price has reached the stale limit, and is forgotten',
    said: [],
    previous: lastGood(2, { observedAtMs: NOW_MS - 900_000 }),
    shows: { status: 'unknown', priceUsd: null, observedAtMs: null, state: null },
  },
  {
    name: 'stale: nobody is heard, and a last good price is younger than the limit',
    said: [],
    previous: lastGood(2, { observedAtMs: NOW_MS - 899_999 }),
    shows: { status: 'stale', priceUsd: 2, observedAtMs: NOW_MS - 899_999, source: null, pool: null, band: null },
  },
  {
    name: 'held: a single witness says more than ten times the last good price',
    said: [by('dexscreener', 10.01)],
    previous: lastGood(1),
    shows: { status: 'held', priceUsd: 1, observedAtMs: NOW_MS - 60_000, source: null, pool: null, band: null },
  },
  {
    name: 'held: or less than a tenth of it',
    said: [by('dexscreener', 0.099)],
    previous: lastGood(1),
    shows: { status: 'held', priceUsd: 1, candidateUsd: 0.099 },
  },
  {
    name: 'held rather than disputed: two spoke and do not agree on the jump',
    said: [by('dexscreener', 50), by('jupiter', 1)],
    previous: lastGood(1),
    shows: { status: 'held', priceUsd: 1 },
  },
  {
    name: 'thin: ten times the last good price exactly is no jump',
    said: [by('dexscreener', 10)],
    previous: lastGood(1),
    shows: { status: 'thin', priceUsd: 10 },
  },
  {
    name: 'ok: two witnesses publish a jump at once',
    said: [by('dexscreener', 50), by('jupiter', 51)],
    previous: lastGood(1),
    shows: { status: 'ok', priceUsd: 50, state: { priceUsd: 50, observedAtMs: NOW_MS - 10_000, pending: null } },
  },
  {
    name: 'disputed: two spoke and do not agree',
    said: [by('dexscreener', 1), by('jupiter', 1.1)],
    shows: { status: 'disputed', priceUsd: 1, witnesses: ['dexscreener'] },
  },
  {
    name: 'disputed: three spoke and nobody agrees with the middle one',
    said: [by('dexscreener', 1), by('jupiter', 2), by('geckoterminal', 4)],
    shows: { status: 'disputed', priceUsd: 2 },
  },
  { name: 'thin: one source spoke', said: [by('dexscreener', 1, 1e9)], shows: { status: 'thin', priceUsd: 1 } },
  {
    name: 'thin: the liquidity is unknown',
    said: [by('dexscreener', 1, null), by('jupiter', 1, null)],
    shows: { status: 'thin' },
  },
  {
    name: 'thin: the liquidity is under 1,000 USD',
    said: [by('dexscreener', 1, 999.99), by('jupiter', 1, null)],
    shows: { status: 'thin' },
  },
  {
    name: 'ok: two witnesses and 1,000 USD',
    said: [by('dexscreener', 1, 1000), by('jupiter', 1.05, null)],
    shows: { status: 'ok', priceUsd: 1 },
  },
]

describe('the status', () => {
  it.each(TABLE)('is $name', ({ said, previous, shows }) => {
    expect(merge(said, { previous: previous ?? null })).toMatchObject(shows)
  })
})

describe('the second look at a jump', () => {
  const at = (priceUsd: number, ageMs: number) => observation({ priceUsd, observedAtMs: NOW_MS - ageMs })
  const held = lastGood(1, { pending: { priceUsd: 50, observedAtMs: NOW_MS - 20_000 } })

  it('remembers a jump that waits', () => {
    const { state } = merge([at(50, 20_000)], { previous: lastGood(1) })
    expect(state).toEqual(held)
  })

  it('holds on when it is the same observation again', () => {
    const merged = merge([at(50, 20_000)], { previous: held })
    expect(merged).toMatchObject({ status: 'held', priceUsd: 1 })
    expect(merged.state).toEqual(held)
  })

  it('holds on, and forgets nothing, when an observation is older than the one that waits', () => {
    const merged = merge([at(70, 20_001)], { previous: held })
    expect(merged).toMatchObject({ status: 'held', priceUsd: 1, candidateUsd: 70 })
    expect(merged.state).toEqual(held)
  })

  it('publishes the next later observation on the same side at once, whatever its size', () => {
    const merged = merge([at(12, 19_999)], { previous: held })
    expect(merged).toMatchObject({ status: 'thin', priceUsd: 12, state: { priceUsd: 12, pending: null } })
  })

  it('waits anew when the next one jumps to the other side', () => {
    const merged = merge([at(0.05, 10_000)], { previous: held })
    expect(merged).toMatchObject({ status: 'held', priceUsd: 1 })
    expect(merged.state?.pending).toEqual({ priceUsd: 0.05, observedAtMs: NOW_MS - 10_000 })
  })

  it('forgets the jump when the price is back within ten times', () => {
    const back = merge([at(9, 10_000)], { previous: held })
    expect(back.state).toEqual({ priceUsd: 9, observedAtMs: NOW_MS - 10_000, pending: null })
  })

  it('keeps the jump in mind while nobody is heard', () => {
    expect(merge([], { previous: held })).toMatchObject({ status: 'stale', state: held })
  })

  it('publishes at once when a second witness appears', () => {
    const merged = merge([at(50, 20_000), by('jupiter', 49)], { previous: held })
    expect(merged).toMatchObject({ status: 'ok', priceUsd: 50 })
  })

  it('lets a true crash wait for one new observation, with every tick merged from the state before', () => {
    let state: LastGood | null = merge([at(1, 80_000)]).state
    const shown = [80_000, 70_000, 70_000, 60_000].map((ageMs, tick) => {
      const merged = merge([at(tick === 0 ? 1 : 0.01, ageMs)], { previous: state })
      state = merged.state
      return [merged.status, merged.priceUsd]
    })
    expect(shown).toEqual([
      ['thin', 1],
      ['held', 1],
      ['held', 1],
      ['thin', 0.01],
    ])
  })
})
