import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { Clock } from '../../../ports/clock.ts'
import type { TokenService } from '../../../ports/service.ts'
import type { Answers } from '../answers.ts'
import { detailBody } from '../bodies/detail.ts'
import { explanationBody } from '../bodies/explain.ts'
import { lookupBody } from '../bodies/lookup.ts'
import type { EdgeEnv } from '../exchange.ts'
import { readJson } from '../json-reader.ts'
import { json, tagged } from '../schemas/answer.ts'
import { DetailSchema } from '../schemas/detail.ts'
import { ExplanationSchema } from '../schemas/explain.ts'
import { LookupBody, LookupSchema } from '../schemas/lookup.ts'
import { idOf, TokenParams } from '../schemas/params.ts'
import { problems } from '../schemas/problem.ts'
import { NoQuery } from '../schemas/query.ts'

const TOKEN_PROBLEMS = problems('token_not_found', 'unknown_network', 'no_data', 'shutting_down')

export const showToken = createRoute({
  method: 'get',
  path: '/v1/tokens/{network}/{address}',
  tags: ['Live tokens'],
  operationId: 'showToken',
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
  summary: 'How the price came about',
  description: 'Every statement heard, what became of it, and each step to the price: enough to compute it again.',
  request: { params: TokenParams, query: NoQuery },
  responses: {
    ...tagged('The explanation.', ExplanationSchema),
    ...TOKEN_PROBLEMS,
  },
})

/** Reads the body under our own limits and leaves the value for the validator, which would read without any. */
const jsonBody: MiddlewareHandler<EdgeEnv> = async (c, next) => {
  c.req.bodyCache.json = Promise.resolve(await readJson(c.req.raw))
  await next()
}

export const lookupTokens = createRoute({
  method: 'post',
  path: '/v1/tokens/lookup',
  tags: ['Live tokens'],
  operationId: 'lookupTokens',
  summary: 'Many tokens by id',
  middleware: jsonBody,
  request: {
    query: NoQuery,
    body: { required: true, content: { 'application/json': { schema: LookupBody } } },
  },
  responses: {
    200: json('One entry per asked id, in order.', LookupSchema),
    ...problems('invalid_body', 'payload_too_large', 'unsupported_media_type', 'shutting_down'),
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
