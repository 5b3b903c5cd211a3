import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { AccessService } from '../../../ports/access.ts'
import { withKey } from '../access/declared.ts'
import type { Floods } from '../access/floods.ts'
import { holderOf } from '../access/holder.ts'
import { isoOf } from '../bodies/time.ts'
import type { EdgeEnv } from '../exchange.ts'
import { TicketSchema } from '../schemas/access.ts'
import { json } from '../schemas/answer.ts'
import { KEY_PROBLEMS, problems } from '../schemas/problem.ts'
import { NoQuery } from '../schemas/query.ts'

export const issueTicket = createRoute({
  method: 'post',
  path: '/v1/stream/tickets',
  tags: ['Streams'],
  operationId: 'issueTicket',
  security: withKey(null),
  summary: 'A ticket for one stream',
  description:
    'For browsers, which can set no header on a stream. Good once, for 30 seconds, and for what its key may do. It takes no body.',
  request: { query: NoQuery },
  responses: { 200: json('The ticket.', TicketSchema), ...problems(...KEY_PROBLEMS) },
})

export interface TicketRouteDeps {
  readonly access: Pick<AccessService, 'ticket'>
  readonly floods: Pick<Floods, 'ticket'>
}

const NOT_STORED = { 'cache-control': 'no-store' }

/** Tickets for streams. */
export function ticketRoutes({ access, floods }: TicketRouteDeps) {
  return new OpenAPIHono<EdgeEnv>().openapi(issueTicket, async (c) => {
    const holder = holderOf(c)
    await floods.ticket(holder.key.id)
    const { ticket, expiresAtMs } = await access.ticket(holder)
    return c.json({ ticket, expires_at: isoOf(expiresAtMs) }, 200, NOT_STORED)
  })
}
