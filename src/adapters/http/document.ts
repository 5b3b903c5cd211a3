import type { OpenAPIHono } from '@hono/zod-openapi'
import type { EdgeEnv } from './exchange.ts'

/**
 * The OpenAPI 3.1 document, made from the schemas that also validate requests.
 * @param publicReads false: what could be open to all needs a key here, and the document says so
 */
export function openapiDocument(app: OpenAPIHono<EdgeEnv>, version: string, publicReads = true) {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Tickertap',
      version,
      license: { name: 'MIT' },
      description: DESCRIPTION,
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'Live tokens' },
      { name: 'Streams' },
      { name: 'History' },
      { name: 'Charts' },
      { name: 'Taps' },
      { name: 'Access' },
      { name: 'Service' },
    ],
  })
  if (!publicReads) closeReads(Object.values(document.paths ?? {}).flatMap((path) => Object.values(path)))
  return document
}

/** Takes away the choice to come without a key. */
function closeReads(operations: readonly { security?: readonly object[] }[]): void {
  for (const operation of operations) {
    operation.security = (operation.security ?? []).filter((one) => Object.keys(one).length > 0)
  }
}

const DESCRIPTION = `Live token prices, merged from several DEX sources, with the origin and the age of every number, and their history.

- Numbers are JSON numbers or null; null means that nobody said. Times are UTC, ISO 8601.
- Every answer carries \`x-served-at\` (when it was sent) and \`x-request-id\`. The age of a number is \`x-served-at\` minus its \`observed_at\`.
- Lists and explanations have a strong \`ETag\`; \`If-None-Match\` gets 304 while nothing changed. \`HEAD\` works wherever \`GET\` does.
- Errors are \`application/problem+json\` with a \`code\` from a closed list. A repeated query key is refused everywhere but on \`/t\`; an unknown one, or one without a name, is refused on \`/v1\`.
- A 429 or 503 carries \`Retry-After\`. Keys go into headers, never into an address.`
