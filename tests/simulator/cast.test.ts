import { describe, expect, it } from 'vitest'
import { checksummed, evmAddress, solanaAddress } from '../../simulator/addresses.ts'
import { createMarket } from '../../simulator/market.ts'
import { randomOf } from '../../simulator/random.ts'
import { canonicalAddress, isNetwork } from '../../src/domain/tokens/identity.ts'
import { START_MS } from './support.ts'

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const decoded = (text: string) => [...text].reduce((sum, digit) => sum * 58n + BigInt(BASE58.indexOf(digit)), 0n)
const market = createMarket({ seed: 3, tokens: 150, startMs: START_MS, stepMs: 1000 })

describe('invented addresses', () => {
  it('decode to exactly 32 bytes on Solana, with any ending', () => {
    const random = randomOf('addresses')
    for (let i = 0; i < 500; i++) {
      const address = solanaAddress(random, i % 2 === 0 ? 'pump' : '')
      expect(address).toMatch(/^[1-9A-HJ-NP-Za-km-z]{44}$/)
      expect(decoded(address)).toBeLessThan(2n ** 256n)
      expect(decoded(address)).toBeGreaterThanOrEqual(2n ** 248n)
    }
  })

  it('carry the checksum of EIP-55 on EVM chains', () => {
    // Two of the examples that EIP-55 itself gives.
    for (const known of ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359']) {
      expect(checksummed(known.toLowerCase())).toBe(known)
    }
    const address = evmAddress(randomOf('evm'))
    expect(checksummed(address)).toBe(address)
  })
})

describe('the cast of tokens', () => {
  it('has as many tokens as asked, each with an address that its network can have', () => {
    expect(market.tokens).toHaveLength(150)
    for (const { chain, address } of market.tokens) {
      expect(isNetwork(chain) && canonicalAddress(chain, address)).toBeTruthy()
    }
    expect(new Set(market.tokens.map((token) => token.id)).size).toBe(150)
  })

  it('has two tokens at one address on two chains', () => {
    const evm = market.tokens.filter((token) => token.chain !== 'solana').map((token) => token.address)
    expect(evm.length - new Set(evm).size).toBe(1)
  })

  it('gives a symbol to one token of a chain only, but for copycats', () => {
    const symbols = market.tokens
      .filter(({ role, chain }) => role !== 'copycat' && chain === 'solana')
      .map((t) => t.symbol)
    expect(new Set(symbols).size).toBe(symbols.length)
  })

  it('has copycats with the labels of popular tokens and another address', () => {
    for (const copycat of market.tokens.filter((token) => token.role === 'copycat')) {
      const worn = market.tokens.filter((token) => token.symbol === copycat.symbol && token.chain === 'solana')
      expect(worn.length).toBe(2)
      expect(worn.every((token) => token.name === copycat.name)).toBe(true)
    }
  })

  it('has for each of three sources a token that it alone knows', () => {
    for (const source of ['dexscreener', 'jupiter', 'geckoterminal'] as const) {
      const alone = market.tokens.filter((t) => t.role === 'meme' && t.knownTo.length === 1 && t.knownTo[0] === source)
      expect(alone).toHaveLength(1)
    }
  })

  it('has pools against another meme, and dollars that are only ever quotes', () => {
    const quotes = new Set(market.pools.map((pool) => pool.quote))
    expect([...quotes].some((token) => token.role === 'meme')).toBe(true)
    expect([...quotes].some((token) => token.role === 'stable' && token.pools.length === 0)).toBe(true)
  })
})
