import { SourceError } from '../../../domain/errors.ts'
import { addressOf } from '../../../domain/tokens/identity.ts'
import { lookupWhereSupported } from '../shape/lookup.ts'
import { type ClosableSource, type SourceOptions, sourceEngine } from '../shape/source-options.ts'
import { parseMints } from './mints.ts'
import { type MintPrice, parsePrices } from './prices.ts'

const PRICE_IDS_MAX = 50

/** Keyless is published as 30 a minute; a little less leaves room for calls that the service counts and we do not see. */
const HABITS = { baseUrl: 'https://api.jup.ag', perMinute: 24 }

/** Jupiter: Solana tokens as a whole. A key is optional. Facts and limits: docs/sources/jupiter.md */
export function jupiterSource(options: SourceOptions): ClosableSource {
  const key = options.apiKey ? { 'x-api-key': options.apiKey } : {}
  const engine = sourceEngine({ ...HABITS, headers: { accept: 'application/json', ...key } }, options)

  /** A second chance for mints without a price. When it fails, what the first call said still stands. */
  const pricesOf = async (mints: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, MintPrice>> => {
    try {
      const { body, observedAtMs } = await engine.getFurther(
        `/price/v3?ids=${mints.slice(0, PRICE_IDS_MAX).join(',')}`,
        signal,
      )
      return parsePrices(body, observedAtMs)
    } catch (error) {
      if (error instanceof SourceError) return new Map()
      throw error
    }
  }
  const habits = {
    name: 'jupiter',
    callsPerMinute: engine.perMinute,
    batchSize: 100,
    searches: true,
    supports: (network) => network === 'solana',
  } satisfies Partial<ClosableSource>
  return {
    ...habits,
    async search(text, signal) {
      const { body, observedAtMs } = await engine.get(searchPath(text), signal)
      return parseMints(body, { asked: [], observedAtMs })
    },
    lookup: lookupWhereSupported(habits, options.clock.nowMs, async (asked, signal) => {
      const { body, observedAtMs } = await engine.get(searchPath(asked.map(addressOf).join(',')), signal)
      const answer = parseMints(body, { asked, observedAtMs })
      const priceless = answer.unresolved.map(({ id }) => addressOf(id))
      if (priceless.length === 0) return answer
      return parseMints(body, { asked, observedAtMs }, await pricesOf(priceless, signal))
    }),
    callsLeft: engine.callsLeft,
    permitFurther: engine.permitFurther,
    close: engine.close,
  }
}

function searchPath(query: string): string {
  return `/tokens/v2/search?query=${encodeURIComponent(query)}`
}
