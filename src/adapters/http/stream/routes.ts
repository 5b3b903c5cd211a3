import { OpenAPIHono } from '@hono/zod-openapi'
import { ServiceError } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import { holderOf } from '../access/holder.ts'
import type { Cors } from '../cors.ts'
import type { EdgeEnv, Exchange } from '../exchange.ts'
import { conversation } from './conversation.ts'
import type { Visitor } from './crowd.ts'
import { eventStream } from './event-stream.ts'
import type { StreamHub } from './hub.ts'
import type { StreamLimits } from './limits.ts'
import { tapWishOf, wishOf } from './messages.ts'
import { events, socket, tapEvents } from './operations.ts'
import { checkOrigin } from './origin.ts'
import type { Position } from './schemas.ts'
import type { Session } from './session.ts'

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
      const wish = wishOf('tokens', c.req.valid('query'), positionOf(exchange.header('last-event-id')))
      return eventsOf(exchange, deps, (session) => session.subscribe(wish)) as never
    })
    .openapi(tapEvents, (c) => {
      const { exchange } = c.env
      admit(exchange)
      holderOf(c)
      if (exchange.method === 'HEAD') return new Response(null, { headers: EVENT_HEADERS }) as never
      const query = c.req.valid('query')
      const since = positionOf(exchange.header('last-event-id') ?? query.since ?? null)
      return eventsOf(exchange, deps, (session) => session.followTaps(tapWishOf('taps', query, since))) as never
    })
}

/** The answer is replaced by the handshake of the runtime. */
function upgraded(exchange: Exchange, deps: StreamRouteDeps): Response {
  const { caller } = exchange
  if (caller === null || !caller.wantsSocket) {
    throw new ServiceError('upgrade_required', 'Open it with a WebSocket client, or use /v1/stream/tokens.')
  }
  const visitor = visitorOf(exchange)
  caller.upgrade((opened) => conversation(opened, visitor, deps))
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
const RETRY_MS_MIN = 1000
const RETRY_MS_SPREAD = 2000
const CLOSE_WITHIN_MS = 5000

/**
 * @param follow begins the one list of the stream, whose id is that of its channel
 * @throws ServiceError before the stream begins: then there is none.
 */
async function eventsOf(
  exchange: Exchange,
  deps: StreamRouteDeps,
  follow: (session: Session) => void | Promise<void>,
): Promise<Response> {
  const { caller } = exchange
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
  session = deps.hub.open(sink, visitorOf(exchange))
  if (session === 'too_many')
    throw new ServiceError('too_many_connections', 'This address, or this key, has as many streams as it may.')
  try {
    await follow(session)
  } catch (error) {
    session.gone()
    throw error
  }
  caller?.holdOpen()
  return new Response(body, { headers: EVENT_HEADERS })
}

function visitorOf({ caller, holder }: Exchange): Visitor {
  return { address: caller?.address ?? null, holder: holder ?? null }
}

/** What `Last-Event-ID` says; null when that is no position, and the stream begins anew. */
function positionOf(text: string | null): Position | null {
  const [, epoch, seq] = /^(.{1,64})-([0-9]{1,15})$/.exec(text ?? '') ?? []
  return epoch === undefined || seq === undefined ? null : { epoch, seq: Number(seq) }
}
