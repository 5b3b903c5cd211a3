import { describe, expect, it } from 'vitest'
import { canonicalAddress, isEvm, NETWORKS } from '../../../src/domain/tokens/identity.ts'
import { mergeParameters, TRUSTED_QUOTES } from '../../../src/domain/tokens/parameters.ts'

const tables = NETWORKS.flatMap((network) => (TRUSTED_QUOTES[network] ?? []).map((quote) => [network, quote] as const))

describe('the parameters of merge/1', () => {
  it('are the published ones, with the precedence and the stale limit of the configuration', () => {
    const { trustedQuotes, ...rest } = mergeParameters(['b', 'a'], 60_000)
    expect(trustedQuotes).toBe(TRUSTED_QUOTES)
    expect(rest).toEqual({
      precedence: ['b', 'a'],
      maxAgeMs: 90_000,
      agreeFactor: 1.05,
      outlierFactor: 1.25,
      minLiquidityUsd: 1000,
      jumpFactor: 10,
      totalFactor: 100,
      staleLimitMs: 60_000,
      solMaxAgeMs: 300_000,
    })
    expect(mergeParameters([]).staleLimitMs).toBe(900_000)
  })

  it.each(tables)('name the trusted quote %s:%s in comparing form', (network, quote) => {
    expect(canonicalAddress(network, quote)).toBe(quote)
  })

  it('trust the zero address on every EVM network of the table, and no quote twice', () => {
    for (const network of NETWORKS) {
      const quotes = TRUSTED_QUOTES[network]
      if (quotes === undefined) continue
      expect(new Set(quotes).size).toBe(quotes.length)
      if (isEvm(network)) expect(quotes).toContain(`0x${'0'.repeat(40)}`)
    }
  })
})
