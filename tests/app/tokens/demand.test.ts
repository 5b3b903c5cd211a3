import { describe, expect, test } from 'vitest'
import { demand } from '../../../src/app/usecases/tokens/demand.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { token } from '../../support/live-tokens.ts'

const [PINNED, FIG, PLUM, KIWI] = [token(0), token(1), token(2), token(3)] as const
const FIVE_MINUTES_MS = 300_000

function bench() {
  const clock = fakeClock()
  return { clock, wanted: demand(clock, ['FIG'], [PINNED]) }
}

describe('the set of all that is wanted', () => {
  test('is the same one while it holds the same tokens, however they are used', async () => {
    const { clock, wanted } = bench()
    wanted.found('FIG', [FIG])
    wanted.wantQuery('plum')
    wanted.found('plum', [PLUM, FIG])
    wanted.wantTokens([KIWI])
    const before = wanted.tokens()
    expect([...before].sort()).toEqual([PINNED, FIG, PLUM, KIWI].sort())
    for (let n = 0; n < 5; n++) {
      await clock.advance(60_000)
      wanted.wantQuery('plum')
      wanted.found('plum', [FIG, PLUM])
      wanted.found('FIG', [FIG])
      wanted.found('nobody wants this', [token(9)])
      wanted.wantTokens([KIWI])
      wanted.unwantTokens([token(8)])
      expect(wanted.tokens()).toBe(before)
    }
  })

  test.each([
    ['a token is wanted by itself', ({ wanted }: ReturnType<typeof bench>) => wanted.wantTokens([token(9)])],
    ['one no longer is', ({ wanted }: ReturnType<typeof bench>) => wanted.unwantTokens([KIWI])],
    [
      'an answer to a watched text has a new one',
      ({ wanted }: ReturnType<typeof bench>) => wanted.found('FIG', [token(9)]),
    ],
    ['an answer to another text has', ({ wanted }: ReturnType<typeof bench>) => wanted.found('plum', [token(9)])],
    [
      'nobody has used a text for five minutes',
      ({ clock }: ReturnType<typeof bench>) => clock.advance(FIVE_MINUTES_MS + 1),
    ],
  ])('is another one as soon as %s, and the one before stays as it was', async (_what, change) => {
    const one = bench()
    one.wanted.wantQuery('plum')
    one.wanted.found('plum', [PLUM])
    one.wanted.wantTokens([KIWI])
    const before = one.wanted.tokens()
    const held = [...before]
    await change(one)
    expect(new Set(one.wanted.tokens())).not.toEqual(before)
    expect([...before]).toEqual(held)
  })

  test('loses those of a text that others pushed out', () => {
    const { wanted } = bench()
    wanted.wantQuery('plum')
    wanted.found('plum', [PLUM])
    expect(wanted.tokens()).toContain(PLUM)
    for (let n = 0; n < 200; n++) wanted.wantQuery(`text ${n}`)
    expect(wanted.tokens()).not.toContain(PLUM)
  })

  test('follows the newest 250 names of a text', () => {
    const { wanted } = bench()
    wanted.found(
      'FIG',
      Array.from({ length: 250 }, (_, n) => token(n + 1)),
    )
    const before = wanted.tokens()
    wanted.found('FIG', [token(999)])
    const after = wanted.tokens()
    expect(after).toContain(token(999))
    expect(after.size).toBe(before.size)
  })
})
