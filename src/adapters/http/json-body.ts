import type { MiddlewareHandler } from 'hono'
import type { EdgeEnv } from './exchange.ts'
import { BODY_BYTES_MAX, readJson } from './json-reader.ts'

/** Reads the body under our own limits and leaves the value for the validator, which would read without any. */
export function jsonBody(bytesMax = BODY_BYTES_MAX): MiddlewareHandler<EdgeEnv> {
  return async (c, next) => {
    c.req.bodyCache.json = Promise.resolve(await readJson(c.req.raw, bytesMax))
    await next()
  }
}

/** The same where a body may be left out: without one, the validator sees an empty object. */
export function optionalJsonBody(): MiddlewareHandler<EdgeEnv> {
  const read = jsonBody()
  return (c, next) => (isWithoutBody(c.req.raw) ? next() : read(c, next))
}

/** By its headers alone: a body that was touched and then not read costs the connection, and the next request on it. */
function isWithoutBody({ headers }: Request): boolean {
  const isEmpty = (headers.get('content-length') ?? '0') === '0' && !headers.has('transfer-encoding')
  return isEmpty && !headers.has('content-type')
}
