import { randomBytes } from 'node:crypto'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { Scalar } from '@scalar/hono-api-reference'
import type { Context } from 'hono'
import { ServiceError } from '../../../domain/errors.ts'
import { OPEN } from '../access/declared.ts'
import type { Answers } from '../answers.ts'
import type { AssetReader } from '../assets.ts'
import type { EdgeEnv } from '../exchange.ts'
import { NOT_MODIFIED, tagged } from '../schemas/answer.ts'
import { problems } from '../schemas/problem.ts'

const html = { 'text/html': { schema: z.string() } }

export const docs = createRoute({
  method: 'get',
  path: '/docs',
  tags: ['Service'],
  operationId: 'showDocs',
  security: OPEN,
  summary: 'This document as a page',
  responses: { 200: { description: 'A page that asks nothing of other hosts.', content: html }, ...problems() },
})
export const openapi = createRoute({
  method: 'get',
  path: '/openapi.json',
  tags: ['Service'],
  operationId: 'openapi',
  security: OPEN,
  summary: 'This document',
  responses: {
    ...tagged('OpenAPI 3.1.', z.looseObject({ openapi: z.string() })),
    ...problems(),
  },
})
export const asyncapi = createRoute({
  method: 'get',
  path: '/asyncapi.json',
  tags: ['Service'],
  operationId: 'asyncapi',
  security: OPEN,
  summary: 'The messages of the streams',
  responses: {
    ...tagged('AsyncAPI 3.0.', z.looseObject({ asyncapi: z.string() })),
    ...problems(),
  },
})
export const script = createRoute({
  method: 'get',
  path: '/assets/scalar.js',
  tags: ['Service'],
  operationId: 'docsScript',
  security: OPEN,
  summary: 'The script of the documentation page',
  responses: {
    200: { description: 'JavaScript.', content: { 'text/javascript': { schema: z.string() } } },
    304: NOT_MODIFIED,
    ...problems('not_found'),
  },
})

export interface DocsRouteDeps {
  readonly answers: Answers
  readonly assets: AssetReader
  /** The OpenAPI document of the whole app. */
  readonly document: () => unknown
  /** The AsyncAPI document of the streams. */
  readonly streamDocument: () => unknown
}

const SCRIPT = 'scalar.js'

/** The document, as JSON and as a page. */
export function docsRoutes({ answers, assets, document, streamDocument }: DocsRouteDeps) {
  return new OpenAPIHono<EdgeEnv>()
    .openapi(
      docs,
      async (c) => ((await assets.exists(SCRIPT)) ? referencePage(c) : c.html(WITHOUT_SCRIPT, 200)) as never,
    )
    .openapi(openapi, (c) => answers.document(c.env.exchange, document) as never)
    .openapi(asyncapi, (c) => answers.document(c.env.exchange, streamDocument) as never)
    .openapi(script, async (c) => {
      const read = async () => {
        const bytes = await assets.read(SCRIPT)
        if (bytes === null) throw new ServiceError('not_found', 'The script was not built: run `npm run prepare`.')
        return bytes
      }
      return (await answers.bytes(c.env.exchange, 'text/javascript; charset=utf-8', read)) as never
    })
}

async function referencePage(c: Context): Promise<Response> {
  const nonce = randomBytes(16).toString('base64')
  const page = Scalar({
    url: '/openapi.json',
    pageTitle: 'Tickertap',
    cdn: `/assets/${SCRIPT}`,
    nonce,
    withDefaultFonts: false,
    // None; without it the browser asks for one that there is not.
    favicon: 'data:,',
    telemetry: false,
    // It leads to another host.
    hideClientButton: true,
    defaultOpenAllTags: true,
    showDeveloperTools: 'never',
    agent: { disabled: true },
    mcp: { disabled: true },
  })
  c.header('content-security-policy', policy(nonce))
  c.header('cache-control', 'no-store')
  // A handler in the shape of a middleware: it answers and never calls what would come next.
  return (await page(c, async () => {})) ?? c.notFound()
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // The page sets styles on elements by attribute, which no nonce can allow.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

const WITHOUT_SCRIPT = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>Tickertap</title></head>
  <body>
    <h1>Tickertap</h1>
    <p>The API is described by <a href="/openapi.json">/openapi.json</a>.</p>
    <p>This page can show it with a script that has not been built here: run <code>npm run prepare</code> in the
    project's folder, with development dependencies installed, and load this page again.</p>
  </body>
</html>
`
