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
