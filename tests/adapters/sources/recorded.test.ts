import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parsePairs } from '../../../src/adapters/sources/dexscreener/bodies.ts'
import { parseMarket } from '../../../src/adapters/sources/geckoterminal/bodies.ts'
import { parseMints } from '../../../src/adapters/sources/jupiter/mints.ts'
import { isEvm, type TokenId } from '../../../src/domain/tokens/identity.ts'
import { type Observation, observedToken } from '../../../src/domain/tokens/observation.ts'
import { LISTS, MARKETS, NOT_OURS, REFUSED } from './recorded-table.ts'
import { asking } from './tokens.ts'

// Recorded answers of the real services may not be published with this project; they lie beside the checkout on the
// machines that have them. The hand-made bodies in tests/fixtures cover the same quirks everywhere.
const FOLDER = new URL('../../../../shared/fixtures/', import.meta.url)
const present = existsSync(FOLDER)
const why = present ? '' : ' (skipped: no recorded bodies beside this checkout)'

const textOf = (name: string) => readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')
const bodyOf = (name: string) => JSON.parse(textOf(name)) as unknown
const USD1: TokenId = 'solana:USD1ttGY1N17NEEHLmELoaybftRBUSErhqYiQzvEmuB'
const BONK: TokenId = 'solana:DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263'

describe.skipIf(!present)(`recorded bodies${why}`, () => {
  it('are all in the table', () => {
    const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const files = folders.flatMap(({ name }) =>
      readdirSync(new URL(`${name}/`, FOLDER)).map((file) => `${name}/${file.replace('.json', '')}`),
    )
    const known = [...MARKETS.map(([name]) => name), ...LISTS.map(([name]) => name), ...REFUSED.map(([name]) => name)]
    expect([...known, ...NOT_OURS].sort()).toEqual(files.sort())
  })

  describe.each(MARKETS)('%s', (name, parse, rowCount, observationCount) => {
    it(`of ${rowCount} rows gives ${observationCount} observations`, () => {
      expect(rowsIn(bodyOf(name))).toHaveLength(rowCount)
      expect(parse(bodyOf(name)).observations).toHaveLength(observationCount)
    })

    it('holds prices above nothing and no number that is not one', () => {
      for (const row of parse(bodyOf(name)).observations) {
        expect(row.priceUsd).toBeGreaterThan(0)
        for (const value of numbersOf(row)) expect(Number.isFinite(value)).toBe(true)
      }
    })

    it('holds addresses as they were written, EVM ones in lower case', () => {
      const text = textOf(name)
      for (const row of parse(bodyOf(name)).observations) {
        const wrote = isEvm(row.network) ? text.toLowerCase() : text
        for (const address of [row.token, row.pool ?? row.token, row.quote ?? row.token]) {
          expect(wrote).toContain(address)
        }
      }
    })
  })

  it.each(LISTS)('%s is read whole', (name, parse, length) => {
    const list = parse(bodyOf(name))
    expect(list).toHaveLength(length)
    for (const value of list.flatMap(numbersOf)) expect(Number.isFinite(value)).toBe(true)
  })

  it.each(REFUSED)('%s is refused as a whole', (name, parse) => {
    expect(() => parse(bodyOf(name))).toThrow(expect.objectContaining({ reason: 'bad_body' }))
  })

  it.each(MARKETS.filter(([name]) => name.startsWith('dexscreener/')))('%s prices base tokens only', (name, parse) => {
    const rows = rowsIn(bodyOf(name)) as { pairAddress: string; priceUsd: string; baseToken: { address: string } }[]
    for (const seen of parse(bodyOf(name)).observations) {
      const row = rows.find(({ pairAddress }) => pairAddress.toLowerCase() === seen.pool?.toLowerCase())
      expect(row?.baseToken.address.toLowerCase()).toBe(seen.token.toLowerCase())
      expect(Number(row?.priceUsd)).toBe(seen.priceUsd)
    }
  })

  it.each([
    ['dexscreener/latest-dex-tokens--1', 10],
    ['dexscreener/token-pairs-v1--1', 10],
    ['dexscreener/tokens-v1--1', 1],
  ] as const)('%s prices USD1 at about a dollar, from its %i base rows alone', (name, count) => {
    const answer = parsePairs(bodyOf(name), asking(USD1))
    const prices = answer.observations.filter((row) => observedToken(row) === USD1).map(({ priceUsd }) => priceUsd ?? 0)
    expect(prices).toHaveLength(count)
    expect(Math.max(...prices)).toBeLessThan(1.02)
    expect(Math.min(...prices)).toBeGreaterThan(0.98)
    expect(answer.unresolved).toEqual([])
  })

  it('tell five Solana tokens called USD1 apart, and show what little stands behind the claim of two billion', () => {
    const answer = parsePairs(bodyOf('dexscreener/latest-dex-search--2'), asking())
    const called = answer.observations.filter(({ network, symbol }) => network === 'solana' && symbol === 'USD1')
    expect(new Set(called.map(({ token }) => token)).size).toBe(5)
    const claims = parsePairs(bodyOf('dexscreener/latest-dex-search--1'), asking()).observations
    const boldest = claims.reduce((most, row) => ((row.liquidityUsd ?? 0) > (most.liquidityUsd ?? 0) ? row : most))
    expect(boldest.liquidityUsd).toBeGreaterThan(2e9)
    expect(boldest.quoteSideUsd).toBeLessThan(1000)
  })

  it('of one moment agree on BONK within 1 % between DexScreener and Jupiter', () => {
    const prices = [
      parsePairs(bodyOf('dexscreener/latest-dex-tokens--4'), asking(BONK)),
      parseMints(bodyOf('jupiter/tokens-v2-search--2'), asking(BONK)),
    ].map(({ observations }) => observations.find((row) => observedToken(row) === BONK)?.priceUsd ?? 0)
    expect((prices[0] ?? 0) / (prices[1] ?? 1)).toBeCloseTo(1, 2)
  })

  it('without a price leave the asked token unresolved', () => {
    const id = 'ethereum:0xe50365f5d679cb98a1dd62d6f6e58e59321bcddf'
    const answer = parseMarket(bodyOf('geckoterminal/networks-tokens-include-top_pools--3'), asking(id))
    expect(answer.unresolved).toEqual([{ id, reason: 'no_price' }])
  })
})

/** The rows of a body, whatever wraps them. */
function rowsIn(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body as unknown[]
  const { data, pairs } = body as { data?: unknown; pairs?: unknown[] | null }
  if (data !== undefined) return Array.isArray(data) ? (data as unknown[]) : [data]
  return pairs ?? []
}

/** Every number anywhere inside. */
function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value as Observation).flatMap(numbersOf) : []
}
