import { readFileSync } from 'node:fs'
import type { TokenId } from '../../../src/domain/tokens/identity.ts'

/** The invented tokens of tests/fixtures. */
export const MOON: TokenId = 'solana:MooNcat111111111111111111111111111111111111'
export const FAKE_MOON: TokenId = 'solana:FakeMoon11111111111111111111111111111111111'
export const SEED: TokenId = 'solana:SeedTok111111111111111111111111111111111111'
export const DUST: TokenId = 'solana:DustTok111111111111111111111111111111111111'
export const UNHEARD_OF: TokenId = 'solana:Nobody1111111111111111111111111111111111111'

/** 2026-11-20 */
export const NOW_MS = Date.UTC(2026, 10, 20)

/** A hand-made body, such as `dexscreener/search`. */
export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), 'utf8')) as unknown
}

export const search = { asked: [], observedAtMs: NOW_MS }
export function asking(...asked: TokenId[]) {
  return { asked, observedAtMs: NOW_MS }
}

/** Distinct tokens that no fixture names. @param count at most 900 */
export function manyUnheardOf(count: number): TokenId[] {
  // 0 is no digit of base58, z is.
  return Array.from({ length: count }, (_, i) => `${UNHEARD_OF.slice(0, -3)}${i + 100}`.replaceAll('0', 'z') as TokenId)
}
