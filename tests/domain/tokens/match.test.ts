import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressOf, type TokenId } from '../../../src/domain/tokens/identity.ts'
import { matcher } from '../../../src/domain/tokens/match.ts'
import { rank } from '../../../src/domain/tokens/rank.ts'
import type { TokenRow } from '../../../src/domain/tokens/row.ts'
import { IDS, row, WHOLE_BOARD } from './rows.ts'

const [APPLE = 'solana:x', APPLE_LOWER = 'solana:x', PEAR = 'solana:x'] = IDS

function labelled(id: TokenId, symbol: string, { name = '', quotes = [] as readonly string[] } = {}): TokenRow {
  return row(id, { symbol, name, labels: { text: `${symbol}\n${name}`.toLowerCase(), quotes } })
}

/** The ids that a text finds among the rows. */
function found(q: string, rows: readonly TokenRow[]): readonly TokenId[] {
  return rank(rows, { ...WHOLE_BOARD, q }).map(({ id }) => id)
}

describe('a text finds', () => {
  const rows = [
    labelled(APPLE, 'APPLE', { name: 'Green Apple', quotes: ['sol', 'usdc'] }),
    labelled(PEAR, 'PEAR', { quotes: ['usdc'] }),
  ]
  test.each([
    ['a part of a symbol, whatever its case', 'pPl', [APPLE]],
    ['a part of a name', 'green a', [APPLE]],
    ['what is traded against a token, by its whole symbol', 'usdc', [PEAR, APPLE]],
    ['nothing by a part of the symbol it trades against', 'usd', []],
    ['a pair', 'apple/SOL', [APPLE]],
    ['a pair written with spaces', 'apple / sol', [APPLE]],
    ['no pair whose quote is another', 'pear/sol', []],
    ['nothing that nobody is called', 'quince', []],
  ])('%s', (_, q, ids) => {
    expect(found(q, rows)).toEqual(ids)
  })
})

describe('an address finds exactly its token', () => {
  /** Every token pretends to be another one: its labels are that one's address, or its id. */
  const hostile = fc
    .tuple(...IDS.map((id) => fc.tuple(fc.constantFrom(...IDS), fc.boolean()).map((names) => ({ id, names }))))
    .map((tokens) =>
      tokens.map(({ id, names: [claimed, whole] }) => labelled(id, whole ? claimed : addressOf(claimed))),
    )
  const shaped = IDS.filter((id) => !/^(sui|osmosis)/.test(id))

  test('whatever the other tokens call themselves', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(...shaped), (rows, id) => {
        const address = addressOf(id)
        const same = IDS.filter((other) => addressOf(other) === address)
        expect([...found(address, rows)].sort()).toEqual([...same].sort())
      }),
      { numRuns: 2000 },
    )
  })

  test('when the network is named with it', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(...IDS), (rows, id) => {
        expect(found(id, rows)).toEqual([id])
      }),
      { numRuns: 2000 },
    )
  })

  test('without regard to case on EVM networks alone', () => {
    const rows = IDS.map((id) => row(id))
    const evm = IDS.filter((id) => addressOf(id).endsWith('c1'))
    expect(
      found(
        addressOf(evm[0] ?? APPLE)
          .toUpperCase()
          .replace('0X', '0x'),
        rows,
      ).toSorted(),
    ).toEqual(evm.toSorted())
    expect(found(addressOf(APPLE), rows)).toEqual([APPLE])
    expect(found(addressOf(APPLE_LOWER), rows)).toEqual([APPLE_LOWER])
    expect(found(addressOf(APPLE).toLowerCase(), rows)).toEqual([])
  })

  test('also where addresses hold slashes and colons', () => {
    const rows = IDS.map((id) => row(id))
    for (const id of IDS) expect(found(addressOf(id), rows)).toContain(id)
  })

  test('of a token without any label', () => {
    expect(found(addressOf(PEAR), [row(PEAR)])).toEqual([PEAR])
  })
})

describe('a filter', () => {
  test('on the network holds what is on it', () => {
    const rows = IDS.map((id) => row(id))
    const ids = rank(rows, { ...WHOLE_BOARD, network: 'base' }).map(({ id }) => id)
    expect(ids).toEqual(IDS.filter((id) => id.startsWith('base:')))
  })

  test.each([
    [999.99, false],
    [1000, true],
    [null, false],
  ])('of 1000 USD of liquidity judges %s', (liquidityUsd, holds) => {
    const matches = matcher({ ...WHOLE_BOARD, minLiquidityUsd: 1000 })
    expect(matches(row(APPLE, { liquidityUsd }))).toBe(holds)
  })

  test('of zero liquidity still leaves out what nobody knows', () => {
    const matches = matcher({ ...WHOLE_BOARD, minLiquidityUsd: 0 })
    expect([0, null].map((liquidityUsd) => matches(row(APPLE, { liquidityUsd })))).toEqual([true, false])
  })
})
