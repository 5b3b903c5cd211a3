import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi'
import type { PageRequest, TokenPage, TokenService } from '../../../ports/service.ts'
import { READS } from '../access/declared.ts'
import type { Answers, Draft } from '../answers.ts'
import { compatibilityBody, pageBody, type Showing } from '../bodies/token.ts'
import type { EdgeEnv } from '../exchange.ts'
import { nextPageHeaders } from '../next-page.ts'
import { NEXT_PAGE, tagged } from '../schemas/answer.ts'
import { KEY_PROBLEMS, problems } from '../schemas/problem.ts'
import { CompatibilityQuery, ListQuery } from '../schemas/query.ts'
import { CompatibilityTokenSchema, PageSchema } from '../schemas/token.ts'

const LIST_PROBLEMS = problems(
  ...KEY_PROBLEMS,
  'invalid_cursor',
  'cursor_mismatch',
  'cursor_expired',
  'too_old',
  'no_data',
  'shutting_down',
)

export const listTokens = createRoute({
  method: 'get',
  path: '/v1/tokens',
  tags: ['Live tokens'],
  operationId: 'listTokens',
  security: READS,
  summary: 'Tokens in order',
  description: 'A page of the board. It names the snapshot it shows; further pages show the same moment.',
  request: { query: ListQuery },
  responses: {
    ...tagged('A page.', PageSchema),
    ...LIST_PROBLEMS,
  },
})

export const listCompatibly = createRoute({
  method: 'get',
  path: '/api/tokens',
  tags: ['Live tokens'],
  operationId: 'listTokensCompatibly',
  security: READS,
  summary: 'Tokens in order, as an array in SOL',
  description:
    'A compatibility route: clients of an earlier service change only the host. The first ten keys keep their order.',
  request: { query: CompatibilityQuery },
  responses: {
    ...tagged('A page.', CompatibilityTokenSchema.array(), NEXT_PAGE),
    ...LIST_PROBLEMS,
  },
})

type AnyListQuery = z.output<typeof ListQuery>

export interface TokenRouteDeps {
  readonly service: TokenService
  readonly answers: Answers
}

/** The lists. */
export function tokenRoutes({ service, answers }: TokenRouteDeps) {
  const draft = (query: AnyListQuery, write: (page: TokenPage) => Omit<Draft, 'validity'>): Draft | Promise<Draft> => {
    const request = pageRequest(query)
    const head = service.head()
    const drafted = (page: TokenPage): Draft => ({
      ...write(page),
      // A page of a cursor shows an older snapshot, and is asked for anew with every newer one: the cursor may expire.
      validity: {
        snapshot: request.cursor === null ? page.snapshot : (head ?? page.snapshot),
        expiresAtMs: page.expiresAtMs,
        stillWanted: page.stillWanted,
      },
    })
    const page = service.page(request)
    return page instanceof Promise ? page.then(drafted) : drafted(page)
  }
  return new OpenAPIHono<EdgeEnv>()
    .openapi(listTokens, (c) => {
      const query = c.req.valid('query')
      const body = (page: TokenPage) => ({ body: pageBody(page, showing(query)) })
      // The response is made of prepared bytes, so its type cannot be inferred; a test holds it against the schema.
      return answers.json(c.env.exchange, () => draft(query, body)) as never
    })
    .openapi(listCompatibly, (c) => {
      const query = c.req.valid('query')
      const { exchange } = c.env
      const body = (page: TokenPage) => ({
        body: compatibilityBody(page, showing(query)),
        headers: nextPageHeaders(exchange.target, page.nextCursor),
      })
      return answers.json(exchange, () => draft(query, body)) as never
    })
}

function pageRequest(query: AnyListQuery): PageRequest {
  return {
    view: {
      q: query.q ?? null,
      network: query.network ?? null,
      sort: query.sort,
      order: query.order,
      window: query.window,
      minLiquidityUsd: query.min_liquidity_usd ?? null,
    },
    limit: query.limit,
    cursor: query.cursor ?? null,
    maxAgeSeconds: query.max_age_seconds ?? null,
  }
}

function showing(query: AnyListQuery): Showing {
  return { window: query.window, spark: query.include === 'spark' }
}
