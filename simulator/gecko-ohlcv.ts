import type { View } from './facts.ts'
import { candles, PAST_DAYS } from './gecko-candles.ts'
import { refused } from './gecko-errors.ts'
import { comparable, type Pool, type Token } from './model.ts'
import { hashUuid } from './random.ts'
import { type Ask, json, type Reply, whole } from './reply.ts'

const AGGREGATES: Readonly<Record<string, { readonly unitMs: number; readonly allowed: readonly number[] }>> = {
  day: { unitMs: 86_400_000, allowed: [1] },
  hour: { unitMs: 3_600_000, allowed: [1, 4, 12] },
  minute: { unitMs: 60_000, allowed: [1, 5, 15] },
}

/** Candles of one pool. Looking back more than 180 days is answered 401: the plan forbids it. */
export function ohlcv(view: View, pool: Pool, question: { readonly timeframe: string; readonly ask: Ask }): Reply {
  const { timeframe, ask } = question
  const rule = AGGREGATES[timeframe]
  if (rule === undefined) return refused(400, 'Invalid timeframe. Allowed values: day, hour, minute', ask)
  const aggregate = Number(ask.query.get('aggregate') ?? 1)
  if (!rule.allowed.includes(aggregate)) {
    return refused(400, `Invalid aggregate. Allowed values: ${rule.allowed.join(', ')}`, ask)
  }
  const beforeMs = Number(ask.query.get('before_timestamp') ?? Number.POSITIVE_INFINITY) * 1000
  if (beforeMs < view.atMs - PAST_DAYS * 86_400_000) {
    return refused(401, `Historical data is limited to the past ${PAST_DAYS} days.`, ask)
  }
  const side = sideOf(pool, ask.query.get('token') ?? 'base')
  const limit = whole(ask.query.get('limit'), { fallback: 100, max: 1000 })
  const list = candles(view, pool, { intervalMs: rule.unitMs * aggregate, beforeMs, limit, side })
  return json(body(list, pool, { side, id: hashUuid(`${ask.path}?${ask.query}`) }))
}

/** The side is asked for by its name or by its token's address; anything else is the base. */
function sideOf(pool: Pool, asked: string): 'base' | 'quote' {
  const { chain, address } = pool.quote
  return asked === 'quote' || comparable(chain, asked) === comparable(chain, address) ? 'quote' : 'base'
}

function body(
  list: unknown,
  pool: Pool,
  { side, id }: { readonly side: 'base' | 'quote'; readonly id: string },
): unknown {
  const [base, quote] = side === 'base' ? [pool.base, pool.quote] : [pool.quote, pool.base]
  return {
    data: { id, type: 'ohlcv_request_response', attributes: { ohlcv_list: list } },
    meta: { base: named(base), quote: named(quote) },
  }
}

const named = ({ name, symbol, slug, chain, address }: Token) => ({
  name,
  symbol,
  coingecko_coin_id: slug,
  address: comparable(chain, address),
})
