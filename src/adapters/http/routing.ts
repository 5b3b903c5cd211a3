import { OpenAPIHono } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { ServiceError } from '../../domain/errors.ts'
import type { Floods } from './access/floods.ts'
import type { Answers } from './answers.ts'
import type { Cors } from './cors.ts'
import type { AccessDeps, HttpDeps } from './deps.ts'
import { openapiDocument } from './document.ts'
import type { EdgeEnv } from './exchange.ts'
import { refusalOf } from './flaws.ts'
import { NO_LIMIT, NO_TAPS } from './no-taps.ts'
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
import { asyncapiDocument } from './stream/asyncapi.ts'
import type { StreamHub } from './stream/hub.ts'
import type { StreamLimits } from './stream/limits.ts'
import { streamRoutes } from './stream/routes.ts'

/** What the routes share with the edge. */
export interface Shared {
  readonly prepared: Answers
  readonly allowed: AccessDeps
  readonly flood: Floods
  readonly hub: StreamHub
  readonly limits: StreamLimits
  readonly cors: Cors
}

/** Every route there is, typed for the typed client. */
export function routes(deps: HttpDeps, { prepared, allowed, flood, ...streams }: Shared) {
  const { service, prices, clock, log, assets, version, draining } = deps
  const random = deps.random ?? Math.random
  const taps = deps.taps ?? NO_TAPS
  const queries = deps.queries ?? NO_LIMIT
  const app = emptyRouter()
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

/** A router that answers nothing by itself: what it refuses is thrown, for the edge to answer. */
function emptyRouter() {
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
}

/** The router's own refusals of a request. */
function refusalOfStatus(error: HTTPException): ServiceError {
  const code = error.status === 415 ? 'unsupported_media_type' : 'malformed_request'
  return new ServiceError(code, 'The request is not valid.', { cause: error })
}
