import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { RecentRequest } from '../../../ports/prices.ts'
import { READS } from '../access/declared.ts'
import { assetOf, barsBody, CONFIG, foundBody, symbolBody } from '../bodies/udf.ts'
import type { EdgeEnv } from '../exchange.ts'
import { tagged } from '../schemas/answer.ts'
import { KEY_PROBLEMS, problems } from '../schemas/problem.ts'
import {
  BARS_MAX,
  BarsQuery,
  BarsSchema,
  ChartSymbolSchema,
  FoundSymbolSchema,
  RESOLUTIONS,
  SymbolQuery,
  UdfConfigSchema,
  UdfSearchQuery,
} from '../schemas/udf.ts'
import type { HistoryRouteDeps } from './history.ts'

const ANY = ['history_unavailable', 'shutting_down'] as const
const OF_A_SYMBOL = ['coin_not_found', 'token_not_found', ...ANY] as const

export const chartConfig = createRoute({
  method: 'get',
  path: '/udf/config',
  tags: ['Charts'],
  operationId: 'chartConfig',
  security: READS,
  summary: 'What the data feed for charts can do',
  description:
    'These routes speak UDF, the protocol of TradingView’s chart library: `new Datafeeds.UDFCompatibleDatafeed("https://…/udf")`.',
  responses: { ...tagged('The configuration.', UdfConfigSchema), ...problems(...KEY_PROBLEMS) },
})

export const chartTime = createRoute({
  method: 'get',
  path: '/udf/time',
  tags: ['Charts'],
  operationId: 'chartTime',
  security: READS,
  summary: 'The time here, Unix seconds',
  responses: {
    200: {
      description: 'Digits.',
      content: { 'text/plain': { schema: z.string().openapi({ example: '1625616000' }) } },
    },
    ...problems(...KEY_PROBLEMS),
  },
})

export const chartSearch = createRoute({
  method: 'get',
  path: '/udf/search',
  tags: ['Charts'],
  operationId: 'chartSearch',
  security: READS,
  summary: 'Coins and tokens that have a history, by the begin of symbol, name or id',
  request: { query: UdfSearchQuery },
  responses: { ...tagged('What was found.', z.array(FoundSymbolSchema)), ...problems(...KEY_PROBLEMS, ...ANY) },
})

export const chartSymbol = createRoute({
  method: 'get',
  path: '/udf/symbols',
  tags: ['Charts'],
  operationId: 'chartSymbol',
  security: READS,
  summary: 'How to chart one of them',
  request: { query: SymbolQuery },
  responses: { ...tagged('The symbol.', ChartSymbolSchema), ...problems(...KEY_PROBLEMS, ...OF_A_SYMBOL) },
})

export const chartBars = createRoute({
  method: 'get',
  path: '/udf/history',
  tags: ['Charts'],
  operationId: 'chartBars',
  security: READS,
  summary: 'Bars, oldest first, in UTC',
  description:
    `The newest bars of the range, at most ${BARS_MAX}. \`countback\` wins over \`from\`. Of a history with many gaps there may be fewer ` +
    'than `countback`: the next request, for the time before the first of them, finds more.',
  request: { query: BarsQuery },
  responses: {
    ...tagged('The bars, or that there are none.', BarsSchema),
    ...problems(...KEY_PROBLEMS, ...OF_A_SYMBOL),
  },
})

/** A data feed for chart libraries. Unknown keys are ignored: libraries send more with every version. */
export function udfRoutes({ prices, answers, clock }: HistoryRouteDeps) {
  return new OpenAPIHono<EdgeEnv>()
    .openapi(chartConfig, (c) => answers.anew(c.env.exchange, { text: JSON.stringify(CONFIG) }) as never)
    .openapi(chartTime, (c) => {
      return c.text(String(Math.floor(clock.nowMs() / 1000)), 200, { 'cache-control': 'no-store' })
    })
    .openapi(chartSearch, async (c) => {
      const { query, type, exchange, limit } = c.req.valid('query')
      const isOurs = type === '' || type === 'crypto'
      const labels = isOurs ? await prices.assets(query.trim(), exchange === '' ? limit : Number.MAX_SAFE_INTEGER) : []
      const found = labels.map(foundBody).filter((label) => exchange === '' || label.exchange === exchange)
      return answers.anew(c.env.exchange, { text: JSON.stringify(found.slice(0, limit)) }) as never
    })
    .openapi(chartSymbol, async (c) => {
      const detail = await prices.asset(assetOf(c.req.valid('query').symbol.trim()))
      return answers.anew(c.env.exchange, { text: JSON.stringify(symbolBody(detail)) }) as never
    })
    .openapi(chartBars, async (c) => {
      const bars = await prices.recent(requestOf(c.req.valid('query'), clock.nowMs()))
      return answers.anew(c.env.exchange, { text: JSON.stringify(barsBody(bars)) }) as never
    })
}

function requestOf(
  { symbol, resolution, from, to, countback }: z.output<typeof BarsQuery>,
  nowMs: number,
): RecentRequest {
  return {
    asset: assetOf(symbol.trim()),
    interval: RESOLUTIONS[resolution],
    fromMs: countback === undefined && from !== undefined ? from * 1000 : null,
    toMs: to === undefined ? nowMs : to * 1000,
    count: countback ?? BARS_MAX,
  }
}
