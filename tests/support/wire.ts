import type { z } from '@hono/zod-openapi'
import type { CompatibilityTokenSchema, PageSchema } from '../../src/adapters/http/schemas/token.ts'
import { getJson } from './service.ts'

/** Bodies as clients read them. */
export type Page = z.infer<typeof PageSchema>
export type Row = Page['data'][number]
export type SourceEntry = Page['snapshot']['sources'][number]
export type CompatibilityRow = z.infer<typeof CompatibilityTokenSchema>

export const JSON_HEADERS = { 'content-type': 'application/json' } as const

/** A page of the board. @throws Error for any status but 200 */
export async function pageOf(url: string, path = '/v1/tokens?limit=250'): Promise<Page> {
  const { status, body } = await getJson(url + path)
  if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`)
  return body as Page
}
