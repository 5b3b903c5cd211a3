import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Tag } from '../../../domain/taps/tap.ts'
import type { TapService } from '../../../ports/taps.ts'
import { OPEN } from '../access/declared.ts'
import type { Floods } from '../access/floods.ts'
import type { EdgeEnv } from '../exchange.ts'
import { problems } from '../schemas/problem.ts'
import { VisitParams } from '../schemas/tag.ts'

export const visitTag = createRoute({
  method: 'get',
  path: '/t/{tag}',
  tags: ['Taps'],
  operationId: 'visitTag',
  summary: 'Counts one tap of a tag and leads to where it points',
  description:
    'For the tag itself: this is the address to write on it. Leads to the target of the tag, or to the page of its token. ' +
    'Nothing of the request is in the address that it leads to; query parameters are ignored, whatever they are. `HEAD` ' +
    'counts nothing. An address of a client may do this 600 times a minute; what is refused is not counted.',
  security: OPEN,
  request: { params: VisitParams },
  responses: {
    302: {
      description: 'Where to go.',
      headers: {
        location: { description: 'An https address, or a path of this service.', schema: { type: 'string' } },
      },
    },
    ...problems('tag_not_found', 'too_many_requests', 'taps_unavailable', 'shutting_down'),
  },
})

export interface TapVisitRouteDeps {
  readonly taps: Pick<TapService, 'tag' | 'visit'>
  readonly floods: Pick<Floods, 'visit'>
}

/** The way of people who tap something. */
export function tapVisitRoutes({ taps, floods }: TapVisitRouteDeps) {
  return new OpenAPIHono<EdgeEnv>().openapi(visitTag, async (c) => {
    const { tag: uid } = c.req.valid('param')
    const { method, caller } = c.env.exchange
    await floods.visit(caller?.address ?? null)
    const tag = await (method === 'HEAD' ? taps.tag(uid) : taps.visit(uid))
    // Whoever keeps this answer would not come back to be counted.
    const headers = { location: locationOf(tag), 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
    return new Response(null, { status: 302, headers }) as never
  })
}

/** A path alone, where it stays here: whatever the client calls this service, it goes on there. */
function locationOf({ targetUrl, tokenId }: Tag): string {
  if (targetUrl !== null) return targetUrl
  return tokenId === null ? '/' : `/?${new URLSearchParams({ token: tokenId })}`
}
