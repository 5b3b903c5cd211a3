import type { z } from '@hono/zod-openapi'

const text = (description: string) => ({ description, schema: { type: 'string' as const } })

const STAMPS = {
  'x-served-at': text('When this answer was sent, ISO 8601 with milliseconds.'),
  'x-request-id': text('Finds this request in the log.'),
}

const ETAG = { etag: text('Strong; one per encoding. Send it back in `If-None-Match`.') }

/** Headers of a list whose body has no room for a cursor. */
export const NEXT_PAGE = {
  link: text('`<path>; rel="next"`, absent on the last page.'),
  'x-next-cursor': text('The cursor of that page.'),
}

/** A JSON answer, for the document. */
export function json<S extends z.ZodType>(description: string, schema: S) {
  return { description, headers: STAMPS, content: { 'application/json': { schema } } }
}

/** A JSON answer with a tag, and what `If-None-Match` gets while it stands. */
export function tagged<S extends z.ZodType>(
  description: string,
  schema: S,
  headers: Record<string, ReturnType<typeof text>> = {},
) {
  return {
    200: { ...json(description, schema), headers: { ...STAMPS, ...ETAG, ...headers } },
    304: NOT_MODIFIED,
  }
}

/** The same answer, which the client may have as a table instead. */
export function alsoCsv<R extends { 200: { content: object } }>(responses: R) {
  const table = { 'text/csv': { schema: { type: 'string' as const } } }
  return { ...responses, 200: { ...responses[200], content: { ...responses[200].content, ...table } } } as R
}

export const NOT_MODIFIED = { description: 'Unchanged since the tag in `If-None-Match`.' }
