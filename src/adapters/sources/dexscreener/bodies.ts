import { z } from 'zod'
import { canonicalAddress, type TokenId, tokenId } from '../../../domain/tokens/identity.ts'
import type { SourceAnswer } from '../../../ports/token-source.ts'
import { answer, openEnvelope, type Question, readable, rows } from '../shape/answer.ts'
import { DEXSCREENER_NETWORKS } from './networks.ts'
import { readPair } from './pair.ts'

/** `latest/dex/*` wraps its rows and says `null` for none; `tokens/v1` and `token-pairs/v1` send the bare array. */
const pairsBody = z.union([rows, z.object({ pairs: rows.nullable() }).transform(({ pairs }) => pairs ?? [])])

/**
 * Pairs of search, `tokens/v1`, `token-pairs/v1`, `latest/dex/tokens` and `latest/dex/pairs`. An asked token that is
 * nobody's base is unresolved.
 * @throws SourceError `bad_body`
 */
export function parsePairs(body: unknown, question: Question): SourceAnswer {
  const readings = openEnvelope(pairsBody, body).map((row) => readPair(row, question.observedAtMs))
  return answer('dexscreener', question, readings)
}

const feedRow = z.object({ chainId: z.string(), tokenAddress: z.string() })

/**
 * The tokens named by the profile and boost feeds, in the feed's order, each once; networks we do not list are left out.
 * @throws SourceError `bad_body`
 */
export function parseTokenFeed(body: unknown): readonly TokenId[] {
  const ids = readable(feedRow, openEnvelope(rows, body)).flatMap(({ chainId, tokenAddress }) => {
    const network = DEXSCREENER_NETWORKS.ours(chainId)
    const address = network === null ? null : canonicalAddress(network, tokenAddress)
    return network === null || address === null ? [] : [tokenId(network, address)]
  })
  return [...new Set(ids)]
}
