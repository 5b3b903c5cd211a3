import { describe, expect, it } from 'vitest'
import { checksummed, eip55Display } from '../../src/adapters/address/eip55.ts'

describe('the address as people see it', () => {
  it.each([
    // The examples of the EIP-55 text itself.
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
    '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
    '0x52908400098527886E0F7030069857D2E4169EE7',
    '0xde709f2102306220921060314715629080e2fb77',
  ])('has the checksum of EIP-55: %s', (address) => {
    expect(checksummed(address.toLowerCase())).toBe(address)
  })

  it('is verbatim on networks that are not EVM', () => {
    const display = eip55Display()
    expect(display('solana:MooNcat111111111111111111111111111111111111')).toBe(
      'MooNcat111111111111111111111111111111111111',
    )
    expect(display('sui:0x2::sui::SUI')).toBe('0x2::sui::SUI')
  })

  it('is the same when it was remembered and when it was forgotten', () => {
    const display = eip55Display(1)
    const first = () => display('ethereum:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed')
    const second = () => display('bsc:0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359')
    expect([first(), first(), second(), first()]).toEqual([
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    ])
  })
})
