import { OpenAPIHono } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { type ErrorCode, ServiceError } from '../../domain/errors.ts'
import type { AccessService } from '../../ports/access.ts'
import type { AttentionService } from '../../ports/attention.ts'
import type { BoardFeed } from '../../ports/board-feed.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { PriceService } from '../../ports/prices.ts'
import type { RateLimiter } from '../../ports/rate-limiter.ts'
import type { TokenService } from '../../ports/service.ts'
import type { TapFeed } from '../../ports/tap-feed.ts'
import type { TapService } from '../../ports/taps.ts'
import { FLOOD_LIMITS, type FloodLimits, type Floods, floods } from './access/floods.ts'
import { gate } from './access/gate.ts'
import { NO_KEYS } from './access/nobody.ts'
import { operations } from './access/operations.ts'
import { accessLog } from './access-log.ts'
import { type Answers, answers } from './answers.ts'
import type { AssetReader } from './assets.ts'
import { type Cors, cors } from './cors.ts'
import { openapiDocument } from './document.ts'
import { edge, type Fetch, finish, preparedResponse } from './edge.ts'
import type { EdgeEnv } from './exchange.ts'
import { faultLog } from './fault-log.ts'
import { refusalOf } from './flaws.ts'
import { NO_LIMIT, NO_TAPS } from './no-taps.ts'
import { preparedAnswers } from './prepared.ts'
import { problemOf, problemResponse } from './problem.ts'
import { quota } from './quota.ts'
import { adminRoutes } from './routes/admin.ts'
import { attentionRoutes } from './routes/attention.ts'
import { candleRoutes } from './routes/candles.ts'
import { coinRoutes } from './routes/coins.ts'
import { docsRoutes } from './routes/docs.ts'
import { healthRoutes } from './routes/health.ts'
import { historyRoutes } from './routes/history.ts'
import { meRoutes } from './routes/me.ts'
import { tagRoutes } from './routes/tags.ts'
import { tapAnalyticsRoutes } from './routes/tap-analytics.ts'
import { tapVisitRoutes } from './routes/tap-visits.ts'
import { tapRoutes } from './routes/taps.ts'
import { ticketRoutes } from './routes/tickets.ts'
import { singleTokenRoutes } from './routes/token.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { udfRoutes } from './routes/udf.ts'
import { webRoutes } from './routes/web.ts'
import { SECURITY_SCHEMES } from './schemas/access-schemes.ts'
import { PROBLEM_EXAMPLES } from './schemas/problem.ts'
import { stamps } from './stamps.ts'
import { asyncapiDocument } from './stream/asyncapi.ts'
import { type StreamHub, streamHub } from './stream/hub.ts'
import { STREAM_LIMITS, type StreamLimits } from './stream/limits.ts'
import { NO_TAP_FEED } from './stream/no-tap-feed.ts'
import { streamRoutes } from './stream/routes.ts'

export interface HttpDeps {
  readonly service: TokenService
  readonly prices: PriceService
  readonly feed: BoardFeed
  /** Absent: nobody has a key, and what needs one cannot be had. */
  readonly access?: AccessDeps
  /** Absent: nothing is counted. */
  readonly taps?: TapService & AttentionService
  /** Absent: streams of taps cannot be had. */
  readonly tapFeed?: TapFeed
  /** How many analytics queries a key may make; absent: any number. */
  readonly queries?: RateLimiter
  readonly clock: Clock
  readonly log: Log
  /** Origins whose pages may read answers; `*` for any. */
  readonly allowedOrigins: readonly string[]
  readonly version: string
  readonly assets: AssetReader
  /** True once the process wants to end: answers then close their connection and /readyz refuses. */
  readonly draining: () => boolean
  /** Told the status of every answer. */
  readonly onAnswer?: (status: number) => void
  /** What differs from the usual limits of streams. */
  readonly streamLimits?: Partial<StreamLimits>
  /** 0 up to 1; absent: the runtime's own. */
  readonly random?: () => number
}

export interface AccessDeps {
  readonly service: AccessService
  /** Null: there are no routes of the operator. */
  readonly adminToken: string | null
  /** Whether live data and history are open to all. */
  readonly publicReads: boolean
  /** What differs from the usual limits of floods. */
  readonly floodLimits?: Partial<FloodLimits>
}

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
  const { service, clock, log } = deps
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
  const allowed = deps.access ?? NOBODY
  const hub = streamHub({
    feed: deps.feed,
    taps: deps.tapFeed ?? NO_TAP_FEED,
    access: allowed.service,
    clock,
    log,
    limits,
    random: deps.random ?? Math.random,
  })
  const flood = floods({ ...FLOOD_LIMITS, ...allowed.floodLimits })
  const app = routes(deps, { prepared, allowed, flood, hub, limits, cors: origins })
  const access = accessLog({ clock, log, onAnswer: deps.onAnswer ?? (() => {}) })
  const faults = faultLog({ clock, log })
  const router = {
    ...operations(app, allowed.adminToken !== null),
    fetch: (request: Request, exchange: EdgeEnv['Bindings']['exchange']) => app.fetch(request, { exchange }),
  }
  const refuse = (code: ErrorCode, detail: string) => {
    const exchange = { method: '-', target: '-', requestId: stamp.requestId(), header: () => null, caller: null }
    const response = problemResponse(problemOf(new ServiceError(code, detail), { ...exchange, path: '-' }))
    finish(response, exchange, stamp)
    access.note(exchange, response.status)
    return response
  }
  return {
    app,
    fetch: edge({
      answers: kept,
      gate: gate({ access: allowed.service, ...allowed, floods: flood }),
      stamps: stamp,
      cors: origins,
      access,
      faults,
      router,
    }),
    refuse,
    document: () => openapiDocument(app, deps.version, allowed.publicReads),
    streamDocument: () => asyncapiDocument(deps.version),
    streams: hub.size,
    drain: hub.drain,
    flush: access.flush,
  }
}

const NOBODY: AccessDeps = { service: NO_KEYS, adminToken: null, publicReads: true }

interface Inside {
  readonly prepared: Answers
  readonly allowed: AccessDeps
  readonly flood: Floods
  readonly hub: StreamHub
  readonly limits: StreamLimits
  readonly cors: Cors
}

function routes(deps: HttpDeps, { prepared, allowed, flood, ...streams }: Inside) {
  const { service, prices, clock, log, assets, version, draining } = deps
  const random = deps.random ?? Math.random
  const taps = deps.taps ?? NO_TAPS
  const queries = deps.queries ?? NO_LIMIT
  const app = new OpenAPIHono<EdgeEnv>({
    defaultHook: (result) => {
      if (!result.success) throw refusalOf(result.target, result.error.issues)
    },
  })
  // Errors belong to the edge, which answers them the same way wherever they come from.
  app.onError((error) => {
    throw error instanceof HTTPException ? refusalOfStatus(error) : error
  })
  for (const [code, example] of PROBLEM_EXAMPLES) app.openAPIRegistry.registerComponent('examples', code, example)
  for (const [name, scheme] of SECURITY_SCHEMES) {
    app.openAPIRegistry.registerComponent('securitySchemes', name, scheme)
  }
  app.notFound(() => {
    throw new ServiceError('not_found', 'There is nothing at this path.')
  })
  return app
    .route('/', tokenRoutes({ service, answers: prepared }))
    .route('/', singleTokenRoutes({ service, answers: prepared, clock }))
    .route('/', streamRoutes({ ...streams, clock, log, draining, random }))
    .route('/', historyRoutes({ prices, answers: prepared, clock }))
    .route('/', coinRoutes({ prices, answers: prepared, clock }))
    .route('/', candleRoutes({ prices, answers: prepared }))
    .route('/', udfRoutes({ prices, answers: prepared, clock }))
    .route('/', tapRoutes({ taps }))
    .route('/', tagRoutes({ taps, answers: prepared }))
    .route('/', tapAnalyticsRoutes({ taps, answers: prepared, quota: quota(queries) }))
    .route('/', attentionRoutes({ attention: taps, answers: prepared, quota: quota(queries) }))
    .route('/', tapVisitRoutes({ taps, floods: flood }))
    .route('/', meRoutes({ limiter: queries }))
    .route('/', ticketRoutes({ access: allowed.service, floods: flood }))
    .route('/', adminRoutes({ access: allowed.service }))
    .route('/', healthRoutes({ service, history: prices.state, draining }))
    .route(
      '/',
      docsRoutes({
        answers: prepared,
        assets,
        document: () => openapiDocument(app, version, allowed.publicReads),
        streamDocument: () => asyncapiDocument(version),
      }),
    )
    .route('/', webRoutes({ answers: prepared, assets }))
}

/** The router's own refusals of a request. */
function refusalOfStatus(error: HTTPException): ServiceError {
  const code = error.status === 415 ? 'unsupported_media_type' : 'malformed_request'
  return new ServiceError(code, 'The request is not valid.', { cause: error })
}
