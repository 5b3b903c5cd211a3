import { networkOf, type TokenId } from '../../../domain/tokens/identity.ts'
import type { SourceAnswer, TokenSource } from '../../../ports/token-source.ts'

/** A source's lookup once it is known that the question can be asked: at least one token, each once, of a network it serves. */
export type LookupCall = (ids: readonly [TokenId, ...TokenId[]], signal: AbortSignal) => Promise<SourceAnswer>

/** A lookup that answers for a network the source does not serve by itself, without a call. */
export function lookupWhereSupported(
  source: Pick<TokenSource, 'name' | 'supports'>,
  nowMs: () => number,
  call: LookupCall,
): TokenSource['lookup'] {
  return async (ids, signal) => {
    const [first, ...others] = new Set(ids)
    if (first !== undefined && source.supports(networkOf(first))) return call([first, ...others], signal)
    const unresolved = Array.from(new Set(ids), (id) => ({ id, reason: 'unsupported_network' as const }))
    return { source: source.name, observedAtMs: nowMs(), observations: [], unresolved }
  }
}
