import { type ErrorCode, ServiceError } from '../../domain/errors.ts'
import { FLOOD_LIMITS, floods } from './access/floods.ts'
import { gate } from './access/gate.ts'
import { operations } from './access/operations.ts'
import { type AccessLog, accessLog } from './access-log.ts'
import { answers } from './answers.ts'
import { cors } from './cors.ts'
import { type HttpDeps, NOBODY } from './deps.ts'
import { openapiDocument } from './document.ts'
import { edge, type Fetch, finish, preparedResponse } from './edge.ts'
import type { EdgeEnv } from './exchange.ts'
import { faultLog } from './fault-log.ts'
import { preparedAnswers } from './prepared.ts'
import { problemOf, problemResponse } from './problem.ts'
import { routes } from './routing.ts'
import { type Stamps, stamps } from './stamps.ts'
import { asyncapiDocument } from './stream/asyncapi.ts'
import { type StreamHub, streamHub } from './stream/hub.ts'
import { STREAM_LIMITS, type StreamLimits } from './stream/limits.ts'
import { NO_TAP_FEED } from './stream/no-tap-feed.ts'

export type { AccessDeps, HttpDeps } from './deps.ts'

export interface HttpApp {
  /** The routes, with types for the typed client. Requests go through `fetch`, not through this. */
  readonly app: App
  readonly fetch: Fetch
  /** The answer to something that never became a request, for a runtime that can send one. */
  readonly refuse: (code: ErrorCode, detail: string) => Response
  /** The OpenAPI document. */
  readonly document: () => ReturnType<typeof openapiDocument>
  /** The AsyncAPI document of the streams. */
  readonly streamDocument: () => ReturnType<typeof asyncapiDocument>
  /** How many streams are open. */
  readonly streams: () => number
  /** Ends every stream, telling its client to connect again, and opens none any more. */
  readonly drain: () => void
  /** Hands over log lines that wait. */
  readonly flush: () => void
}

/** What `hc<AppType>` needs. */
export type AppType = App
type App = ReturnType<typeof routes>

/** The HTTP side of the service: routes behind one edge. */
export function httpApp(deps: HttpDeps): HttpApp {
  const { service, clock, log, version } = deps
  const allowed = deps.access ?? NOBODY
  const origins = cors(deps.allowedOrigins)
  const stamp = stamps({ clock, cors: origins, draining: deps.draining })
  const kept = preparedAnswers({ service, clock })
  const keptForHolders = preparedAnswers({ service, clock })
  const vary = origins.varies ? 'accept-encoding, origin' : 'accept-encoding'
  const prepared = answers({
    kept,
    keptForHolders,
    // Kept by caches, and asked for again each time: a tag costs less than a wrong price.
    baseHeaders: { ...stamp.common, 'cache-control': 'no-cache', vary },
    send: (answer, exchange) => preparedResponse(answer, exchange, stamp),
  })
  const limits = { ...STREAM_LIMITS, ...deps.streamLimits }
  const hub = hubOf(deps, limits)
  const flood = floods({ ...FLOOD_LIMITS, ...allowed.floodLimits })
  const app = routes(deps, { prepared, allowed, flood, hub, limits, cors: origins })
  const access = accessLog({ clock, log, onAnswer: deps.onAnswer ?? (() => {}) })
  const router = {
    ...operations(app, allowed.adminToken !== null),
    fetch: (request: Request, exchange: EdgeEnv['Bindings']['exchange']) => app.fetch(request, { exchange }),
  }
  return {
    app,
    fetch: edge({
      answers: kept,
      gate: gate({ access: allowed.service, ...allowed, floods: flood }),
      stamps: stamp,
      cors: origins,
      access,
      faults: faultLog({ clock, log }),
      router,
    }),
    refuse: refuser(stamp, access),
    document: () => openapiDocument(app, version, allowed.publicReads),
    streamDocument: () => asyncapiDocument(version),
    streams: hub.size,
    drain: hub.drain,
    flush: access.flush,
  }
}

function hubOf({ feed, tapFeed, access, clock, log, random }: HttpDeps, limits: StreamLimits): StreamHub {
  return streamHub({
    feed,
    taps: tapFeed ?? NO_TAP_FEED,
    access: (access ?? NOBODY).service,
    clock,
    log,
    limits,
    random: random ?? Math.random,
  })
}

/** Answers what has no method, path or client that anybody could name. */
function refuser(stamp: Stamps, access: AccessLog): HttpApp['refuse'] {
  return (code, detail) => {
    const exchange = { method: '-', target: '-', requestId: stamp.requestId(), header: () => null, caller: null }
    const response = problemResponse(problemOf(new ServiceError(code, detail), { ...exchange, path: '-' }))
    finish(response, exchange, stamp)
    access.note(exchange, response.status)
    return response
  }
}
