import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi'
import type { When } from '../../../domain/calendar.ts'
import type { Asset } from '../../../ports/price-store.ts'
import type { CandleRequest } from '../../../ports/prices.ts'
import { READS } from '../access/declared.ts'
import { CSV_TYPE } from '../bodies/csv.ts'
import { candlesBody, candlesCsv } from '../bodies/history.ts'
import type { EdgeEnv, Exchange } from '../exchange.ts'
import { nextPageHeaders } from '../next-page.ts'
import { alsoCsv, tagged } from '../schemas/answer.ts'
import { CandleQuery, CandlesSchema, CoinParams } from '../schemas/history.ts'
import { idOf, TokenParams } from '../schemas/params.ts'
import { KEY_PROBLEMS, problems } from '../schemas/problem.ts'
import type { HistoryRouteDeps } from './history.ts'

const DESCRIPTION =
  'Oldest first; the pages of a walk show one moment. A closed candle never changes without a higher revision, and `as_of` ' +
  'shows it as it was. What is still being recorded (the running minute, the running day) is in no candle yet.'
const COMMON_PROBLEMS = ['invalid_cursor', 'cursor_mismatch', 'history_unavailable', 'shutting_down'] as const

export const coinCandles = createRoute({
  method: 'get',
  path: '/v1/coins/{symbol}/candles',
  tags: ['History'],
  operationId: 'coinCandles',
  security: READS,
  summary: 'Candles of a coin: days, weeks, months',
  description: DESCRIPTION,
  request: { params: CoinParams, query: CandleQuery },
  responses: {
    ...alsoCsv(tagged('A page.', CandlesSchema)),
    ...problems(...KEY_PROBLEMS, 'coin_not_found', ...COMMON_PROBLEMS),
  },
})

export const tokenCandles = createRoute({
  method: 'get',
  path: '/v1/tokens/{network}/{address}/candles',
  tags: ['History'],
  operationId: 'tokenCandles',
  security: READS,
  summary: 'Candles of a token, from one minute up',
  description: `${DESCRIPTION} Made of the prices that this service published; 404 when it never published one.`,
  request: { params: TokenParams, query: CandleQuery },
  responses: {
    ...alsoCsv(tagged('A page.', CandlesSchema)),
    ...problems(...KEY_PROBLEMS, 'token_not_found', 'unknown_network', ...COMMON_PROBLEMS),
  },
})

/** Prices over time. */
export function candleRoutes({ prices, answers }: Omit<HistoryRouteDeps, 'clock'>) {
  const answer = async (exchange: Exchange, asset: Asset, query: z.output<typeof CandleQuery>) => {
    const page = await prices.candles(requestOf(asset, query))
    if (query.format === 'json') return answers.anew(exchange, { text: JSON.stringify(candlesBody(page)) })
    const headers = nextPageHeaders(exchange.target, page.nextCursor)
    return answers.anew(exchange, { text: candlesCsv(page), contentType: CSV_TYPE, headers })
  }
  return new OpenAPIHono<EdgeEnv>()
    .openapi(coinCandles, async (c) => {
      const { symbol } = c.req.valid('param')
      return (await answer(c.env.exchange, { kind: 'coin', symbol }, c.req.valid('query'))) as never
    })
    .openapi(tokenCandles, async (c) => {
      const id = idOf(c.req.valid('param'))
      return (await answer(c.env.exchange, { kind: 'token', id }, c.req.valid('query'))) as never
    })
}

function requestOf(asset: Asset, query: z.output<typeof CandleQuery>): CandleRequest {
  return {
    asset,
    interval: query.interval,
    from: query.from ?? null,
    to: query.to ?? null,
    zone: query.tz,
    fill: query.fill,
    asOfMs: query.as_of === undefined ? null : utcOf(query.as_of),
    limit: query.limit,
    cursor: query.cursor ?? null,
  }
}

function utcOf(when: When): number {
  return when.kind === 'day' ? when.dayMs : when.ms
}
