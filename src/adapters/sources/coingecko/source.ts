import { addressOf, networkOf, type TokenId } from '../../../domain/tokens/identity.ts'
import { lookupWhereSupported } from '../shape/lookup.ts'
import { type ClosableSource, type SourceOptions, sourceEngine } from '../shape/source-options.ts'
import { COINGECKO_NETWORKS } from './networks.ts'
import { parseTokenPrices } from './prices.ts'

/** Without a key the limit is shared by everyone behind one address, and 5 is the lowest that has been reported. */
const HABITS = { baseUrl: 'https://api.coingecko.com/api/v3', perMinute: 5 }
const NAME = 'coingecko'

/** CoinGecko: whole tokens by address, one per call. A demo key is optional. Facts and limits: docs/sources/coingecko.md */
export function coingeckoSource(options: SourceOptions): ClosableSource {
  const key = options.apiKey ? { 'x-cg-demo-api-key': options.apiKey } : {}
  const engine = sourceEngine({ ...HABITS, headers: { accept: 'application/json', ...key } }, options)
  const { nowMs } = options.clock
  const habits = {
    name: NAME,
    callsPerMinute: engine.perMinute,
    // Several addresses in one call are said to need a paid plan: what is refused costs more than what is asked singly.
    batchSize: 1,
    searches: false,
    supports: (network) => COINGECKO_NETWORKS.theirs(network) !== null,
  } satisfies Partial<ClosableSource>
  return {
    ...habits,
    search: async () => ({ source: NAME, observedAtMs: nowMs(), observations: [], unresolved: [] }),
    lookup: lookupWhereSupported(habits, nowMs, async (ids, signal) => {
      const { body, observedAtMs } = await engine.get(lookupPath(ids), signal)
      return parseTokenPrices(networkOf(ids[0]), body, { asked: ids, observedAtMs })
    }),
    callsLeft: engine.callsLeft,
    permitFurther: engine.permitFurther,
    close: engine.close,
  }
}

const ASKED_FOR = 'vs_currencies=usd&include_market_cap=true&include_24hr_change=true&include_last_updated_at=true'

function lookupPath(ids: readonly [TokenId, ...TokenId[]]): string {
  const addresses = ids.map((id) => encodeURIComponent(addressOf(id))).join(',')
  const platform = COINGECKO_NETWORKS.theirs(networkOf(ids[0]))
  return `/simple/token_price/${platform}?contract_addresses=${addresses}&${ASKED_FOR}`
}
