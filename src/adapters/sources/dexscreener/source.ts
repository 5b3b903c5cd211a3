import { addressOf, networkOf, type TokenId } from '../../../domain/tokens/identity.ts'
import { lookupWhereSupported } from '../shape/lookup.ts'
import { type ClosableSource, type SourceOptions, sourceEngine } from '../shape/source-options.ts'
import { parsePairs } from './bodies.ts'
import { DEXSCREENER_NETWORKS } from './networks.ts'

const HABITS = {
  baseUrl: 'https://api.dexscreener.com',
  // The published limit is 300; well below it, since nothing warns before a refusal.
  perMinute: 120,
  headers: { accept: 'application/json' },
}

/** DexScreener: pairs of all networks, without a key. Facts and limits: docs/sources/dexscreener.md */
export function dexscreenerSource(options: SourceOptions): ClosableSource {
  const engine = sourceEngine(HABITS, options)
  const ask = async (path: string, asked: readonly TokenId[], signal: AbortSignal) => {
    const { body, observedAtMs } = await engine.get(path, signal)
    return parsePairs(body, { asked, observedAtMs })
  }
  const habits = {
    name: 'dexscreener',
    callsPerMinute: engine.perMinute,
    batchSize: 30,
    searches: true,
    supports: (network) => DEXSCREENER_NETWORKS.theirs(network) !== null,
  } satisfies Partial<ClosableSource>
  return {
    ...habits,
    search: (text, signal) => ask(`/latest/dex/search?q=${encodeURIComponent(text)}`, [], signal),
    lookup: lookupWhereSupported(habits, options.clock.nowMs, (ids, signal) => ask(lookupPath(ids), ids, signal)),
    callsLeft: engine.callsLeft,
    permitFurther: engine.permitFurther,
    close: engine.close,
  }
}

/** One token gets all its pairs (up to 30); several get one pair each, which is all that this service offers for a batch. */
function lookupPath(ids: readonly [TokenId, ...TokenId[]]): string {
  const chain = DEXSCREENER_NETWORKS.theirs(networkOf(ids[0]))
  const addresses = ids.map((id) => encodeURIComponent(addressOf(id))).join(',')
  return ids.length === 1 ? `/token-pairs/v1/${chain}/${addresses}` : `/tokens/v1/${chain}/${addresses}`
}
