import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressOf,
  canonicalAddress,
  isEvm,
  isNetwork,
  NETWORKS,
  networkOf,
  parseTokenId,
  tokenId,
  WRAPPED_SOL,
} from '../../src/domain/tokens/identity.ts'

const EVM = '0xAbCdEf0123456789aBcDeF0123456789AbCdEf01'
const MINT = 'So11111111111111111111111111111111111111112'

describe('a network', () => {
  it('is one of the listed ones', () => {
    expect(NETWORKS.every(isNetwork)).toBe(true)
    expect(isEvm('base')).toBe(true)
    expect(isEvm('solana')).toBe(false)
  })

  it.each(['', 'Solana', 'solana ', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])('is not %j', (text) => {
    expect(isNetwork(text)).toBe(false)
  })
})

describe('an address', () => {
  it('compares without case on an EVM network', () => {
    expect(canonicalAddress('ethereum', EVM)).toBe(EVM.toLowerCase())
  })

  it('is kept letter for letter on every other network', () => {
    expect(canonicalAddress('solana', MINT)).toBe(MINT)
    expect(canonicalAddress('sui', '0x2::sui::SUI')).toBe('0x2::sui::SUI')
    expect(canonicalAddress('osmosis', 'factory/osmo1abc/Apple')).toBe('factory/osmo1abc/Apple')
  })

  it.each([
    ['ethereum', EVM.slice(2)],
    ['ethereum', `${EVM}0`],
    ['ethereum', EVM.replace('0x', '0X')],
    ['ethereum', EVM.replace('A', 'G')],
    ['solana', EVM],
    ['solana', MINT.replace('S', '0')],
    ['solana', MINT.slice(0, 31)],
    ['solana', `${MINT}11`],
    ['solana', `${MINT}\n`],
    ['sui', 'a b'],
    ['sui', 'é'.repeat(5)],
    ['sui', 'x'.repeat(257)],
    ['ton', ''],
  ] as const)('of %s is not %j', (network, address) => {
    expect(canonicalAddress(network, address)).toBeNull()
  })

  it('is already in comparing form when it came out of here', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NETWORKS), fc.string({ unit: 'binary-ascii' }), (network, text) => {
        const once = canonicalAddress(network, text)
        return once === null || canonicalAddress(network, once) === once
      }),
    )
  })
})

describe('a token id', () => {
  it('is the network and the address', () => {
    expect(tokenId('solana', MINT)).toBe(WRAPPED_SOL)
    expect([networkOf(WRAPPED_SOL), addressOf(WRAPPED_SOL)]).toEqual(['solana', MINT])
  })

  it('keeps colons that belong to the address', () => {
    const id = parseTokenId('sui:0x2::sui::SUI')
    expect(id).toBe('sui:0x2::sui::SUI')
    if (id !== null) expect([networkOf(id), addressOf(id)]).toEqual(['sui', '0x2::sui::SUI'])
  })

  it('is read in comparing form', () => {
    expect(parseTokenId(`bsc:${EVM}`)).toBe(`bsc:${EVM.toLowerCase()}`)
    expect(parseTokenId(WRAPPED_SOL)).toBe(WRAPPED_SOL)
  })

  it('differs for two Solana addresses that differ by case only', () => {
    expect(parseTokenId(`solana:${MINT.replace('So', 'so')}`)).not.toBe(WRAPPED_SOL)
  })

  it.each(['', ':', MINT, `:${MINT}`, 'solana:', `Solana:${MINT}`, `__proto__:${MINT}`, `bsc:${MINT}`])(
    'is not %j',
    (text) => {
      expect(parseTokenId(text)).toBeNull()
    },
  )

  it('comes back from its own parts', () => {
    const id = parseTokenId(`base:${EVM}`)
    expect(id === null ? null : tokenId(networkOf(id), addressOf(id))).toBe(id)
  })
})
