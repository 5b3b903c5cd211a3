import type { TokenId } from '../domain/tokens/identity.ts'

/**
 * The address as people should see it: EIP-55 mixed case on EVM networks, verbatim elsewhere.
 * Comparing never uses it. Pure, and cheap enough to call per row and tick (adapters remember).
 */
export type AddressDisplay = (id: TokenId) => string
