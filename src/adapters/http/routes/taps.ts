import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { TapService } from '../../../ports/taps.ts'
import { withKey } from '../access/declared.ts'
import { holderOf } from '../access/holder.ts'
import type { EdgeEnv } from '../exchange.ts'
import { jsonBody } from '../json-body.ts'
import { json } from '../schemas/answer.ts'
import { KEY_PROBLEMS, problems } from '../schemas/problem.ts'
import { NoQuery } from '../schemas/query.ts'
import { RecordedSchema, RetryHeaders, TAPS_BYTES_MAX, TapSchema, TapsBody } from '../schemas/tap.ts'

export const recordTaps = createRoute({
  method: 'post',
  path: '/v1/taps',
  tags: ['Taps'],
  operationId: 'recordTaps',
  summary: 'Taps, up to a thousand at once',
  description:
    'Answers when they are committed. Each tap is judged by itself and counted once, whatever is sent again: after a 503, ' +
    'or no answer at all, send the same request again.',
  security: withKey('taps:write'),
  middleware: jsonBody(TAPS_BYTES_MAX),
  request: {
    query: NoQuery,
    headers: RetryHeaders,
    body: { required: true, content: { 'application/json': { schema: TapsBody } } },
  },
  responses: {
    200: json('What became of them.', RecordedSchema),
    ...problems(
      'invalid_body',
      'retry_in_flight',
      'payload_too_large',
      'unsupported_media_type',
      'retry_key_reused',
      ...KEY_PROBLEMS,
      'taps_unavailable',
      'taps_busy',
      'shutting_down',
    ),
  },
})

/** What teams tell of their taps. */
export function tapRoutes({ taps }: { readonly taps: TapService }) {
  const routes = new OpenAPIHono<EdgeEnv>()
  // The body's schema leaves each tap to be judged by itself, so nothing else would bring this one into the document.
  routes.openAPIRegistry.register('Tap', TapSchema)
  return routes.openapi(recordTaps, async (c) => {
    const recorded = await taps.record({
      teamId: holderOf(c).team.id,
      taps: c.req.valid('json').taps,
      retryKey: c.req.valid('header')['idempotency-key'] ?? null,
    })
    const { accepted, duplicates, rejected } = recorded
    return c.json({ accepted, duplicates, rejected: [...rejected] }, 200, { 'cache-control': 'no-store' })
  })
}
