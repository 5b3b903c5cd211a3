import { addressOf, networkOf, type TokenId } from '../../../domain/tokens/identity.ts'
import { lookupWhereSupported } from '../shape/lookup.ts'
import { type ClosableSource, type SourceOptions, sourceEngine } from '../shape/source-options.ts'
import { parseMarket } from './bodies.ts'
import { GECKOTERMINAL_NETWORKS } from './networks.ts'
import { geckoterminalCandles } from './ohlcv.ts'

const HABITS = {
  baseUrl: 'https://api.geckoterminal.com/api/v2',
  // Published as 30; measured, a burst of 4 to 7 was all it took before the refusals began.
  perMinute: 6,
  headers: { accept: 'application/json;version=20230302' },
  // There is no key to be wrong: 401 is its word for a page or an age beyond the free plan.
  failures: { 401: 'http_error' },
} as const

/** GeckoTerminal: tokens and pools of all networks, without a key. Facts and limits: docs/sources/geckoterminal.md */
export function geckoterminalSource(options: SourceOptions): ClosableSource {
  const engine = sourceEngine(HABITS, options)
  const ask = async (path: string, asked: readonly TokenId[], signal: AbortSignal) => {
    const { body, observedAtMs } = await engine.get(path, signal)
    return parseMarket(body, { asked, observedAtMs })
  }
  const habits = {
    name: 'geckoterminal',
    callsPerMinute: engine.perMinute,
    batchSize: 30,
    searches: true,
    supports: (network) => GECKOTERMINAL_NETWORKS.theirs(network) !== null,
  } satisfies Partial<ClosableSource>
  return {
    ...habits,
    search: (text, signal) => ask(searchPath(text), [], signal),
    lookup: lookupWhereSupported(habits, options.clock.nowMs, (ids, signal) => ask(lookupPath(ids), ids, signal)),
    callsLeft: engine.callsLeft,
    permitFurther: engine.permitFurther,
    candles: geckoterminalCandles(engine),
    close: engine.close,
  }
}

function searchPath(text: string): string {
  return `/search/pools?query=${encodeURIComponent(text)}&include=base_token,quote_token,dex`
}

function lookupPath(ids: readonly [TokenId, ...TokenId[]]): string {
  const network = GECKOTERMINAL_NETWORKS.theirs(networkOf(ids[0]))
  const addresses = ids.map((id) => encodeURIComponent(addressOf(id))).join(',')
  return `/networks/${network}/tokens/multi/${addresses}?include=top_pools`
}
