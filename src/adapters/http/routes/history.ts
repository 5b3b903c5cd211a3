import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { DAY_MS } from '../../../domain/calendar.ts'
import { ServiceError } from '../../../domain/errors.ts'
import type { DashboardField, DashboardOrder } from '../../../domain/prices/dashboard.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { PriceService } from '../../../ports/prices.ts'
import { READS } from '../access/declared.ts'
import type { Answers } from '../answers.ts'
import { dashboardBody } from '../bodies/history.ts'
import type { EdgeEnv } from '../exchange.ts'
import { tagged } from '../schemas/answer.ts'
import {
  DashboardQuery,
  DashboardRowSchema,
  FoundCoinSchema,
  type OLD_ORDERS,
  SearchQuery,
} from '../schemas/history.ts'
import { KEY_PROBLEMS, problems } from '../schemas/problem.ts'

const COIN_PROBLEMS = problems(...KEY_PROBLEMS, 'coin_not_found', 'history_unavailable', 'shutting_down')

export const showDashboard = createRoute({
  method: 'get',
  path: '/dashboard',
  tags: ['History'],
  operationId: 'showDashboard',
  security: READS,
  summary: 'Coins on one day, as an array',
  description:
    'A compatibility route: clients of an earlier service change only the host. Each coin has its last record up to the ' +
    'end of the day, if that is at most 30 days old.',
  request: { query: DashboardQuery },
  responses: {
    ...tagged('The coins.', z.array(DashboardRowSchema)),
    204: { description: 'None of the coins has a record on that day or in the 30 days before.' },
    ...COIN_PROBLEMS,
  },
})

export const searchCoin = createRoute({
  method: 'get',
  path: '/search',
  tags: ['History'],
  operationId: 'searchCoin',
  security: READS,
  summary: 'A coin by its name or symbol',
  description: 'A compatibility route. Names are compared first, then symbols.',
  request: { query: SearchQuery },
  responses: {
    ...tagged('The coin.', FoundCoinSchema),
    ...COIN_PROBLEMS,
  },
})

export interface HistoryRouteDeps {
  readonly prices: PriceService
  readonly answers: Answers
  readonly clock: Clock
}

const FIELDS: Readonly<Record<(typeof OLD_ORDERS)[number], DashboardField>> = {
  crypto: 'name',
  symbol: 'symbol',
  price: 'price',
  '24h': 'change1d',
  '7d': 'change7d',
  '1m': 'change30d',
  '24h-volume': 'volume',
  'market-cap': 'marketCap',
  market_cap: 'marketCap',
}

/** The routes of an earlier historical price API. */
export function historyRoutes({ prices, answers, clock }: HistoryRouteDeps) {
  return new OpenAPIHono<EdgeEnv>()
    .openapi(showDashboard, async (c) => {
      const query = c.req.valid('query')
      const symbols = await symbolsOf(prices, query.id ?? [ALL])
      const rows = await prices.dashboard(query.date ?? todayMs(clock), symbols, orderOf(query))
      if (rows.length === 0)
        return new Response(null, { status: 204, headers: { 'cache-control': 'no-cache' } }) as never
      // The response is made of prepared bytes, so its type cannot be inferred; a test holds it against the schema.
      return answers.anew(c.env.exchange, { text: JSON.stringify(dashboardBody(rows)) }) as never
    })
    .openapi(searchCoin, async (c) => {
      const coin = await prices.find(c.req.valid('query').name)
      if (coin === null) throw new ServiceError('coin_not_found', 'There is no coin of this name or symbol.')
      const { name, symbol } = coin
      return answers.anew(c.env.exchange, { text: JSON.stringify({ name, symbol }) }) as never
    })
}

/** 00:00 UTC of the day that it is. */
export function todayMs(clock: Clock): number {
  return Math.floor(clock.nowMs() / DAY_MS) * DAY_MS
}

const ALL = 'all'

/** `all` beside others is still all, and the others must exist. */
async function symbolsOf(prices: PriceService, ids: readonly string[]): Promise<readonly string[] | null> {
  const others = ids.filter((id) => id.toLowerCase() !== ALL)
  if (others.length === ids.length) return ids
  if (others.length > 0) await prices.dashboard(0, others, null)
  return null
}

function orderOf({ order_by, order_type }: z.output<typeof DashboardQuery>): DashboardOrder | null {
  if (order_by === undefined && order_type === undefined) return null
  return { field: FIELDS[order_by ?? 'symbol'], direction: order_type ?? 'asc' }
}
