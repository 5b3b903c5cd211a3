import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { RateLimiter } from '../../../ports/rate-limiter.ts'
import { withKey } from '../access/declared.ts'
import { holderOf } from '../access/holder.ts'
import { meBody } from '../bodies/access.ts'
import type { EdgeEnv } from '../exchange.ts'
import { MeSchema } from '../schemas/access.ts'
import { json } from '../schemas/answer.ts'
import { KEY_PROBLEMS, problems } from '../schemas/problem.ts'
import { NoQuery } from '../schemas/query.ts'

export const me = createRoute({
  method: 'get',
  path: '/v1/me',
  tags: ['Access'],
  operationId: 'showMe',
  security: withKey(null),
  summary: 'Whose key this is, what it may do, and how many queries it has left',
  request: { query: NoQuery },
  responses: { 200: json('The key, without the key itself.', MeSchema), ...problems(...KEY_PROBLEMS) },
})

export interface MeRouteDeps {
  readonly limiter: Pick<RateLimiter, 'look' | 'limit' | 'windowMs'>
}

const NOT_STORED = { 'cache-control': 'no-store' }

/** What a key may know of itself. */
export function meRoutes({ limiter }: MeRouteDeps) {
  return new OpenAPIHono<EdgeEnv>().openapi(me, async (c) => {
    const holder = holderOf(c)
    return c.json(meBody(holder, limiter, await limiter.look(holder.key.id)), 200, NOT_STORED)
  })
}
