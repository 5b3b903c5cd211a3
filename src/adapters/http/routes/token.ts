import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Clock } from '../../../ports/clock.ts'
import type { TokenService } from '../../../ports/service.ts'
import { READS } from '../access/declared.ts'
import type { Answers } from '../answers.ts'
import { detailBody } from '../bodies/detail.ts'
import { explanationBody } from '../bodies/explain.ts'
import { lookupBody } from '../bodies/lookup.ts'
import type { EdgeEnv } from '../exchange.ts'
import { jsonBody } from '../json-body.ts'
import { json, tagged } from '../schemas/answer.ts'
import { DetailSchema } from '../schemas/detail.ts'
import { ExplanationSchema } from '../schemas/explain.ts'
import { LookupBody, LookupSchema } from '../schemas/lookup.ts'
import { idOf, TokenParams } from '../schemas/params.ts'
import { KEY_PROBLEMS, problems } from '../schemas/problem.ts'
import { NoQuery } from '../schemas/query.ts'

const TOKEN_PROBLEMS = problems(...KEY_PROBLEMS, 'token_not_found', 'unknown_network', 'no_data', 'shutting_down')

export const showToken = createRoute({
  method: 'get',
  path: '/v1/tokens/{network}/{address}',
  tags: ['Live tokens'],
  operationId: 'showToken',
  security: READS,
  summary: 'One token with the origin of every value',
  request: { params: TokenParams, query: NoQuery },
  responses: {
    200: json('The token.', DetailSchema),
    ...TOKEN_PROBLEMS,
  },
})

export const explainToken = createRoute({
  method: 'get',
  path: '/v1/tokens/{network}/{address}/explain',
  tags: ['Live tokens'],
  operationId: 'explainToken',
  security: READS,
  summary: 'How the price came about',
  description: 'Every statement heard, what became of it, and each step to the price: enough to compute it again.',
  request: { params: TokenParams, query: NoQuery },
  responses: {
    ...tagged('The explanation.', ExplanationSchema),
    ...TOKEN_PROBLEMS,
  },
})

export const lookupTokens = createRoute({
  method: 'post',
  path: '/v1/tokens/lookup',
  tags: ['Live tokens'],
  operationId: 'lookupTokens',
  security: READS,
  summary: 'Many tokens by id',
  middleware: jsonBody(),
  request: {
    query: NoQuery,
    body: { required: true, content: { 'application/json': { schema: LookupBody } } },
  },
  responses: {
    200: json('One entry per asked id, in order.', LookupSchema),
    ...problems(...KEY_PROBLEMS, 'invalid_body', 'payload_too_large', 'unsupported_media_type', 'shutting_down'),
  },
})

export interface SingleTokenRouteDeps {
  readonly service: TokenService
  readonly answers: Answers
  readonly clock: Clock
}

const NOT_STORED = { 'cache-control': 'no-store' }

/** Tokens by id. */
export function singleTokenRoutes(deps: SingleTokenRouteDeps) {
  const { service, answers, clock } = deps
  return new OpenAPIHono<EdgeEnv>()
    .openapi(showToken, async (c) => {
      const detail = await service.token(idOf(c.req.valid('param')))
      return c.json(detailBody(detail, clock.nowMs()), 200, NOT_STORED)
    })
    .openapi(explainToken, (c) => {
      const id = idOf(c.req.valid('param'))
      return answers.json(c.env.exchange, async () => {
        const detail = await service.token(id)
        const validity = { snapshot: detail.snapshot, expiresAtMs: null, stillWanted: () => {} }
        return { body: explanationBody(detail), validity }
      }) as never
    })
    .openapi(lookupTokens, async (c) => {
      const found = await service.lookup(c.req.valid('json').ids)
      return c.json(lookupBody(found, clock.nowMs()), 200, NOT_STORED)
    })
}
