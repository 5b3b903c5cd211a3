import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { ServiceError } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import { STREAM_READS } from '../access/declared.ts'
import type { Cors } from '../cors.ts'
import type { EdgeEnv, Exchange } from '../exchange.ts'
import { KEY_PROBLEMS, problems } from '../schemas/problem.ts'
import { NoQuery } from '../schemas/query.ts'
import { conversation } from './conversation.ts'
import { eventStream } from './event-stream.ts'
import type { StreamHub } from './hub.ts'
import type { StreamLimits } from './limits.ts'
import { wishOf } from './messages.ts'
import { checkOrigin } from './origin.ts'
import { type Position, StreamQuery } from './schemas.ts'
import type { Session } from './session.ts'

const STREAM_PROBLEMS = ['origin_not_allowed', 'too_many_connections', 'shutting_down'] as const

export const socket = createRoute({
  method: 'get',
  path: '/v1/stream',
  tags: ['Streams'],
  operationId: 'openSocket',
  security: STREAM_READS,
  summary: 'Every change, over a WebSocket',
  description: 'Several lists on one connection. /asyncapi.json describes the messages.',
  request: { query: NoQuery },
  responses: {
    101: { description: 'The connection speaks WebSocket from here on: JSON, one object in each text message.' },
    ...problems(...KEY_PROBLEMS, 'upgrade_required', ...STREAM_PROBLEMS),
  },
})

export const events = createRoute({
  method: 'get',
  path: '/v1/stream/tokens',
  tags: ['Streams'],
  operationId: 'openTokenEvents',
  security: STREAM_READS,
  summary: 'Every change of one list, as server-sent events',
  description:
    'Events `subscribed`, `snapshot`, `delta`, `event` and `heartbeat`; their data are the frames that /asyncapi.json describes. ' +
    'The id of an event is a position, `<epoch>-<seq>`: browsers send it back by themselves and go on without a gap.',
  request: {
    query: StreamQuery,
    headers: z.object({
      'last-event-id': z
        .string()
        .optional()
        .openapi({ description: 'The last position of this list that the client has.' }),
    }),
  },
  responses: {
    200: {
      description: 'Events, until either side ends it.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    ...problems(...KEY_PROBLEMS, 'invalid_cursor', 'no_data', 'too_many_views', ...STREAM_PROBLEMS),
  },
})

export interface StreamRouteDeps {
  readonly hub: StreamHub
  readonly clock: Clock
  readonly log: Log
  readonly limits: StreamLimits
  readonly cors: Cors
  readonly draining: () => boolean
  /** 0 up to 1. */
  readonly random: () => number
}

/** Both ways into the hub. */
export function streamRoutes(deps: StreamRouteDeps) {
  const admit = (exchange: Exchange) => {
    if (deps.draining()) throw new ServiceError('shutting_down', 'The service takes no new streams.')
    checkOrigin(exchange, deps.cors)
  }
  return new OpenAPIHono<EdgeEnv>()
    .openapi(socket, (c) => {
      const { exchange } = c.env
      admit(exchange)
      return upgraded(exchange, deps) as never
    })
    .openapi(events, (c) => {
      const { exchange } = c.env
      admit(exchange)
      if (exchange.method === 'HEAD') return new Response(null, { headers: EVENT_HEADERS }) as never
      return eventsOf(exchange, c.req.valid('query'), deps) as never
    })
}

/** The answer is replaced by the handshake of the runtime. */
function upgraded(exchange: Exchange, deps: StreamRouteDeps): Response {
  const { caller } = exchange
  if (caller === null || !caller.wantsSocket) {
    throw new ServiceError('upgrade_required', 'Open it with a WebSocket client, or use /v1/stream/tokens.')
  }
  caller.upgrade((opened) => conversation(opened, caller.address, deps))
  return new Response(null, { status: 204 })
}

const EVENT_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // A proxy in front must not collect events.
  'x-accel-buffering': 'no',
  // Nothing else comes over it, so to cut the stream is to cut nobody else.
  connection: 'close',
}
/** Every frame names its list; a stream of events has one. */
const LIST_ID = 'tokens'
const RETRY_MS_MIN = 1000
const RETRY_MS_SPREAD = 2000
const CLOSE_WITHIN_MS = 5000

/** @throws ServiceError before the stream begins: then there is none. */
function eventsOf(exchange: Exchange, query: z.output<typeof StreamQuery>, deps: StreamRouteDeps): Response {
  const { caller } = exchange
  const address = caller?.address ?? null
  let session: Session | 'too_many' = 'too_many'
  const { body, sink } = eventStream({
    bufferedBytesMax: deps.limits.bufferedBytesMax,
    closeWithinMs: CLOSE_WITHIN_MS,
    later: (delayMs, run) => void deps.clock.after(delayMs, run),
    // Not the same for all: those that lost one service must not come back in one moment.
    retryMs: Math.round(RETRY_MS_MIN + deps.random() * RETRY_MS_SPREAD),
    cut: () => caller?.cut() ?? false,
    onGone: () => session !== 'too_many' && session.gone(),
  })
  session = deps.hub.open(sink, address)
  if (session === 'too_many')
    throw new ServiceError('too_many_connections', 'This address has as many streams as it may.')
  try {
    session.subscribe(wishOf(LIST_ID, query, positionOf(exchange.header('last-event-id'))))
  } catch (error) {
    session.gone()
    throw error
  }
  caller?.holdOpen()
  return new Response(body, { headers: EVENT_HEADERS })
}

/** What `Last-Event-ID` says; null when that is no position, and the stream begins anew. */
function positionOf(text: string | null): Position | null {
  const [, epoch, seq] = /^(.{1,64})-([0-9]{1,15})$/.exec(text ?? '') ?? []
  return epoch === undefined || seq === undefined ? null : { epoch, seq: Number(seq) }
}
