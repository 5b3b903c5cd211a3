import { z } from 'zod'
import { SourceError } from '../../../domain/errors.ts'
import { addressOf, canonicalAddress, networkOf, type TokenId } from '../../../domain/tokens/identity.ts'
import type { CandleSource, MinutesQuestion, PastMinute } from '../../../ports/candle-source.ts'
import type { Engine } from '../engine/engine.ts'
import { openEnvelope } from '../shape/answer.ts'
import { parseOhlcv } from './more-bodies.ts'
import { GECKOTERMINAL_NETWORKS } from './networks.ts'

const MINUTE_MS = 60_000

/** Candles of one minute, over the engine of the live source: they count among its calls. */
export function geckoterminalCandles(engine: Pick<Engine, 'get'>): CandleSource {
  return {
    name: 'geckoterminal',
    minutesMax: 1000,
    supports: (network) => GECKOTERMINAL_NETWORKS.theirs(network) !== null,
    async minutes(question, signal) {
      const { body } = await engine.get(minutesPath(question), signal)
      return parseMinutes(body, question.token)
    },
  }
}

/** The token is named by its address: which side of a pool is its base differs between sources. */
function minutesPath({ token, pool, beforeMs, limit }: MinutesQuestion): string {
  const network = GECKOTERMINAL_NETWORKS.theirs(networkOf(token))
  const query = new URLSearchParams({
    aggregate: '1',
    before_timestamp: String(Math.floor(beforeMs / 1000)),
    limit: String(limit),
    currency: 'usd',
    token: addressOf(token),
  })
  return `/networks/${network}/pools/${encodeURIComponent(pool)}/ohlcv/minute?${query}`
}

const about = z.object({ meta: z.object({ base: z.object({ address: z.string() }) }) })

/**
 * The minutes of an answer about the token.
 * @throws SourceError `bad_body` also for prices of the pool's other side
 */
export function parseMinutes(body: unknown, token: TokenId): readonly PastMinute[] {
  const { address } = openEnvelope(about, body).meta.base
  if (canonicalAddress(networkOf(token), address) !== addressOf(token)) {
    throw new SourceError('bad_body', 'the candles are of another token')
  }
  return parseOhlcv(body).flatMap(({ atMs, open, high, low, close }) => {
    const isWhole = atMs % MINUTE_MS === 0 && low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close)
    return isWhole ? [{ openTimeMs: atMs, open, high, low, close }] : []
  })
}
