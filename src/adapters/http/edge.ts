import { ServiceError } from '../../domain/errors.ts'
import type { Caller } from '../../ports/caller.ts'
import type { Access } from './access/declared.ts'
import type { Gate } from './access/gate.ts'
import type { AccessLog } from './access-log.ts'
import { noneMatch } from './conditional.ts'
import type { Cors } from './cors.ts'
import { chooseEncoding } from './encoding.ts'
import { type Exchange, headerReader } from './exchange.ts'
import type { FaultLog } from './fault-log.ts'
import type { Prepared, PreparedAnswers } from './prepared.ts'
import { headersOf, problemOf, problemResponse } from './problem.ts'
import type { Stamps } from './stamps.ts'
import { checkTarget, pathOf, targetOf } from './target.ts'

export type Fetch = (request: Request, caller?: Caller) => Response | Promise<Response>

export interface EdgeDeps {
  /** Those that are open to all. */
  readonly answers: PreparedAnswers
  readonly stamps: Stamps
  readonly cors: Cors
  readonly access: AccessLog
  readonly faults: FaultLog
  readonly gate: Gate
  readonly router: {
    /** Methods that the path knows; empty for an unknown path. */
    methods(request: Request): readonly string[]
    /** Null when there is no such operation, or none that says who may use it. */
    access(request: Request): Access | null
    fetch(request: Request, exchange: Exchange): Response | Promise<Response>
  }
}

/**
 * Everything that holds for every request, in one function: composed middlewares cost several times an answer that is
 * already prepared. The first half answers such a request without parsing, waiting or writing anything anew.
 */
export function edge(deps: EdgeDeps): Fetch {
  const { answers, stamps, access } = deps
  const behind = behindEdge(deps)
  return (request, caller) => {
    const { method } = request
    const exchange: Exchange = {
      method,
      target: targetOf(request.url),
      requestId: stamps.requestId(),
      header: headerReader(request, caller),
      caller: caller ?? null,
    }
    const prepared = method === 'GET' || method === 'HEAD' ? answers.fresh(exchange.target) : null
    if (prepared === null) return behind(request, exchange)
    const response = preparedResponse(prepared, exchange, stamps)
    access.note(exchange, response.status)
    return response
  }
}

/** A prepared answer as this request wants it: encoding, 304, HEAD. */
export function preparedResponse(prepared: Prepared, exchange: Exchange, stamps: Stamps): Response {
  const variant = prepared.variant(chooseEncoding(exchange.header('accept-encoding')))
  const known = exchange.header('if-none-match')
  if (known !== null && noneMatch(known, variant.etag)) {
    return new Response(null, { status: 304, headers: stamps.onto(variant.notModifiedHeaders, exchange) })
  }
  const body = exchange.method === 'HEAD' ? null : variant.bytes
  return new Response(body, { headers: stamps.onto(variant.headers, exchange) })
}

function behindEdge(deps: EdgeDeps): (request: Request, exchange: Exchange) => Promise<Response> {
  const { router, gate, stamps, access, faults } = deps
  return async (request, exchange) => {
    let response: Response
    let admitted = exchange
    try {
      checkTarget(exchange.target)
      const declared = router.access(request)
      if (declared === null) response = methodAnswer(deps, request, exchange)
      else {
        admitted = await gate.admit(declared, request, exchange)
        response = await router.fetch(request, admitted)
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) faults(error, exchange)
      const problem = problemOf(error, { ...exchange, path: pathOf(exchange.target) })
      response = problemResponse(problem, { headers: headersOf(error) })
    }
    finish(response, admitted, stamps)
    access.note(exchange, response.status)
    return response
  }
}

/** The answer to a method that the path does not know. @throws ServiceError `not_found` when it knows none */
function methodAnswer({ router, cors }: EdgeDeps, request: Request, exchange: Exchange): Response {
  const methods = router.methods(request)
  if (methods.length === 0) throw new ServiceError('not_found', 'There is nothing at this path.')
  const allow = [...methods, 'OPTIONS'].join(', ')
  if (exchange.method === 'OPTIONS') {
    const headers = { allow, ...cors.preflight(exchange.header('origin'), methods) }
    return new Response(null, { status: 204, headers })
  }
  const refusal = new ServiceError('method_not_allowed', `This path knows ${allow}.`)
  return problemResponse(problemOf(refusal, { ...exchange, path: pathOf(exchange.target) }), { headers: { allow } })
}

/** Puts this answer's own headers on it, and the ones that every answer has. */
export function finish(response: Response, exchange: Exchange, stamps: Stamps): void {
  const { headers } = response
  for (const [name, value] of Object.entries(stamps.onto({}, exchange))) headers.set(name, value)
  for (const [name, value] of Object.entries(stamps.common)) if (!headers.has(name)) headers.set(name, value)
  if (exchange.audience === 'holders' || exchange.audience === 'one') keepFromCaches(headers)
}

/** What a key has opened is for its holder: no cache that others share may keep it. */
function keepFromCaches(headers: Headers): void {
  if (headers.get('cache-control') !== 'no-store') headers.set('cache-control', 'private, no-cache')
  headers.append('vary', 'authorization, x-api-key')
}
