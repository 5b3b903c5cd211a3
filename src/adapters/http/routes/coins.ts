import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi'
import type { DashboardField, DashboardOrder } from '../../../domain/prices/dashboard.ts'
import { READS } from '../access/declared.ts'
import { CSV_TYPE } from '../bodies/csv.ts'
import { coinDetailBody, coinsBody, coinsCsv } from '../bodies/history.ts'
import type { EdgeEnv } from '../exchange.ts'
import { nextPageHeaders } from '../next-page.ts'
import { alsoCsv, tagged } from '../schemas/answer.ts'
import { type COIN_SORTS, CoinDetailSchema, CoinParams, CoinsQuery, CoinsSchema } from '../schemas/history.ts'
import { KEY_PROBLEMS, problems } from '../schemas/problem.ts'
import { NoQuery } from '../schemas/query.ts'
import { type HistoryRouteDeps, todayMs } from './history.ts'

export const listCoins = createRoute({
  method: 'get',
  path: '/v1/coins',
  tags: ['History'],
  operationId: 'listCoins',
  security: READS,
  summary: 'Coins on one day',
  description:
    'Daily records that were imported: each coin has its last one up to the end of the day, if that is at most 30 days old. ' +
    'A new service has none: `npm run cli -- import coins <files>` brings them.',
  request: { query: CoinsQuery },
  responses: {
    ...alsoCsv(tagged('A page.', CoinsSchema)),
    ...problems(
      ...KEY_PROBLEMS,
      'coin_not_found',
      'invalid_cursor',
      'cursor_mismatch',
      'history_unavailable',
      'shutting_down',
    ),
  },
})

export const showCoin = createRoute({
  method: 'get',
  path: '/v1/coins/{symbol}',
  tags: ['History'],
  operationId: 'showCoin',
  security: READS,
  summary: 'One coin: its last record, and since when there are any',
  request: { params: CoinParams, query: NoQuery },
  responses: {
    ...tagged('The coin.', CoinDetailSchema),
    ...problems(...KEY_PROBLEMS, 'coin_not_found', 'history_unavailable', 'shutting_down'),
  },
})

const FIELDS: Readonly<Record<(typeof COIN_SORTS)[number], DashboardField>> = {
  symbol: 'symbol',
  name: 'name',
  price: 'price',
  '24h': 'change1d',
  '7d': 'change7d',
  '30d': 'change30d',
  volume: 'volume',
  market_cap: 'marketCap',
}
const TEXTS: ReadonlySet<DashboardField> = new Set(['symbol', 'name'])

/** The imported coins. */
export function coinRoutes({ prices, answers, clock }: HistoryRouteDeps) {
  return new OpenAPIHono<EdgeEnv>()
    .openapi(listCoins, async (c) => {
      const query = c.req.valid('query')
      const { exchange } = c.env
      const dayMs = query.date ?? todayMs(clock)
      const page = await prices.coins({
        dayMs,
        symbols: query.ids ?? null,
        order: orderOf(query),
        limit: query.limit,
        cursor: query.cursor ?? null,
      })
      if (query.format === 'json')
        return answers.anew(exchange, { text: JSON.stringify(coinsBody(page, dayMs)) }) as never
      const headers = nextPageHeaders(exchange.target, page.nextCursor)
      return answers.anew(exchange, { text: coinsCsv(page), contentType: CSV_TYPE, headers }) as never
    })
    .openapi(showCoin, async (c) => {
      const coin = await prices.coin(c.req.valid('param').symbol)
      return answers.anew(c.env.exchange, { text: JSON.stringify(coinDetailBody(coin)) }) as never
    })
}

function orderOf({ sort, order }: z.output<typeof CoinsQuery>): DashboardOrder | null {
  if (sort === undefined && order === undefined) return null
  const field = FIELDS[sort ?? 'symbol']
  return { field, direction: order ?? (TEXTS.has(field) ? 'asc' : 'desc') }
}
