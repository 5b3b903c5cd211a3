import { coingeckoSource } from '../adapters/sources/coingecko/source.ts'
import { dexscreenerSource } from '../adapters/sources/dexscreener/source.ts'
import { geckoterminalSource } from '../adapters/sources/geckoterminal/source.ts'
import { jupiterSource } from '../adapters/sources/jupiter/source.ts'

/** Every source that there is, by the name that a configuration or a tape has for it. */
export const SOURCES = {
  dexscreener: dexscreenerSource,
  jupiter: jupiterSource,
  geckoterminal: geckoterminalSource,
  coingecko: coingeckoSource,
}
