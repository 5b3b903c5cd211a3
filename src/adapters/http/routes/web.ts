import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { ServiceError } from '../../../domain/errors.ts'
import { OPEN } from '../access/declared.ts'
import type { Answers } from '../answers.ts'
import type { AssetReader } from '../assets.ts'
import type { EdgeEnv } from '../exchange.ts'
import { NOT_MODIFIED } from '../schemas/answer.ts'
import { problems } from '../schemas/problem.ts'

export const page = createRoute({
  method: 'get',
  path: '/',
  tags: ['Service'],
  operationId: 'showBoard',
  security: OPEN,
  summary: 'The live board as a page',
  description: 'What the page shows is in its query, so an address can be kept and shared.',
  responses: {
    200: { description: 'A page that asks nothing of other hosts.', content: { 'text/html': { schema: z.string() } } },
    304: NOT_MODIFIED,
    ...problems(),
  },
})

export const pageFile = createRoute({
  method: 'get',
  path: '/assets/{file}',
  tags: ['Service'],
  operationId: 'pageFile',
  security: OPEN,
  summary: 'A script, style or icon of the page',
  description: 'The name changes with the content, so an answer may be kept for ever.',
  request: { params: z.object({ file: z.string().openapi({ example: 'index-0a1b2c3d.js' }) }) },
  responses: {
    200: { description: 'The file.', content: { 'text/javascript': { schema: z.string() } } },
    304: NOT_MODIFIED,
    ...problems('not_found'),
  },
})

export interface WebRouteDeps {
  readonly answers: Answers
  readonly assets: AssetReader
}

const HTML = 'text/html; charset=utf-8'
/** Names of the built files, so that no name of a request ever reaches the disk. */
const LIST = 'web/files.json'
const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}
const PAGE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
}
const FILE_HEADERS = { 'cache-control': 'public, max-age=31536000, immutable' }

/** The board page, built by `npm run prepare`. */
export function webRoutes({ answers, assets }: WebRouteDeps) {
  const read = async (name: string) => {
    const bytes = await assets.read(name)
    if (bytes === null) throw new ServiceError('not_found', 'There is no such file.')
    return bytes
  }
  const names = async () => {
    const list = await assets.read(LIST)
    return new Set(list === null ? [] : (JSON.parse(new TextDecoder().decode(list)) as string[]))
  }
  return new OpenAPIHono<EdgeEnv>()
    .openapi(page, async (c) => {
      if (!(await assets.exists(LIST))) return c.html(NOT_BUILT, 200) as never
      const kind = { contentType: HTML, headers: PAGE_HEADERS }
      return (await answers.file(c.env.exchange, kind, () => read('web/index.html'))) as never
    })
    .openapi(pageFile, async (c) => {
      const { file } = c.req.valid('param')
      if (!(await names()).has(file)) throw new ServiceError('not_found', 'There is no such file.')
      const contentType = TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
      const kind = { contentType, headers: FILE_HEADERS }
      return (await answers.file(c.env.exchange, kind, () => read(`web/assets/${file}`))) as never
    })
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>Tickertap</title></head>
  <body>
    <h1>Tickertap</h1>
    <p>The service is running. Its page has not been built here: run <code>npm run prepare</code> in the project's
    folder, with development dependencies installed, and load this page again.</p>
    <p>The API is described by <a href="/docs">/docs</a>; the board as data is <a href="/v1/tokens">/v1/tokens</a>.</p>
  </body>
</html>
`
