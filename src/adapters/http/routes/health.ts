import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { ServiceError } from '../../../domain/errors.ts'
import type { StoreState } from '../../../ports/price-store.ts'
import type { TokenService } from '../../../ports/service.ts'
import { OPEN } from '../access/declared.ts'
import { sourceStates } from '../bodies/token.ts'
import type { EdgeEnv } from '../exchange.ts'
import { problemOf, problemResponse } from '../problem.ts'
import { json } from '../schemas/answer.ts'
import { HistoryStateSchema } from '../schemas/health.ts'
import { problems } from '../schemas/problem.ts'
import { SourceStates } from '../schemas/token.ts'
import { pathOf } from '../target.ts'

const LiveSchema = z.object({ status: z.literal('alive') }).openapi('Live')
const ReadySchema = z
  .object({ status: z.literal('ready'), sources: SourceStates, history: HistoryStateSchema })
  .openapi('Ready')

export const live = createRoute({
  method: 'get',
  path: '/livez',
  tags: ['Service'],
  operationId: 'isAlive',
  security: OPEN,
  summary: 'Is the process alive?',
  responses: {
    200: json('It answers.', LiveSchema),
    ...problems(),
  },
})

export const ready = createRoute({
  method: 'get',
  path: '/readyz',
  tags: ['Service'],
  operationId: 'isReady',
  security: OPEN,
  summary: 'Should requests be sent here?',
  description:
    '200 as soon as there are live prices, which need no storage. `history` tells how the storage is that history, keys, ' +
    'tags and taps are in: while it is not `ready`, what needs it answers 503 with `Retry-After`, and so do prices where ' +
    'they need a key. Whoever sends requests for those alone waits for `history.status` to be `ready`.',
  responses: {
    200: json('Yes.', ReadySchema),
    ...problems('not_ready', 'shutting_down'),
  },
})

export interface HealthRouteDeps {
  readonly service: TokenService
  readonly history: () => StoreState
  readonly draining: () => boolean
}

const NOT_STORED = { 'cache-control': 'no-store' }

/** For whoever starts, watches and balances the process. */
export function healthRoutes({ service, history, draining }: HealthRouteDeps) {
  return new OpenAPIHono<EdgeEnv>()
    .openapi(live, (c) => c.json({ status: 'alive' as const }, 200, NOT_STORED))
    .openapi(ready, (c) => {
      const health = service.health()
      if (health.ready && !draining()) {
        const body = { status: 'ready' as const, sources: sourceStates(health.sources), history: history() }
        return c.json(body, 200, NOT_STORED)
      }
      const refusal = draining()
        ? new ServiceError('shutting_down', 'The service is finishing what it accepted and takes nothing new.')
        : new ServiceError('not_ready', health.reasons.join(' ') || 'The service is not ready.')
      const { requestId, target } = c.env.exchange
      const problem = problemOf(refusal, { requestId, path: pathOf(target) })
      return problemResponse(problem, { members: { reasons: health.reasons, history: history() } }) as never
    })
}
