import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi'
import type { TagWish, TapService } from '../../../ports/taps.ts'
import { withKey } from '../access/declared.ts'
import { holderOf } from '../access/holder.ts'
import type { Answers } from '../answers.ts'
import { tagBody } from '../bodies/tap.ts'
import type { EdgeEnv } from '../exchange.ts'
import { jsonBody } from '../json-body.ts'
import { json, tagged } from '../schemas/answer.ts'
import { KEY_PROBLEMS, problems } from '../schemas/problem.ts'
import { NoQuery } from '../schemas/query.ts'
import { NewTagBody, TagChangeBody, TagParams, TagSchema, TagsQuery, TagsSchema } from '../schemas/tag.ts'
import { PRIVATE } from './tap-analytics.ts'

const OWN_PROBLEMS = [...KEY_PROBLEMS, 'taps_unavailable', 'shutting_down'] as const
const BODY_PROBLEMS = ['invalid_body', 'payload_too_large', 'unsupported_media_type'] as const

export const listTags = createRoute({
  method: 'get',
  path: '/v1/tags',
  tags: ['Taps'],
  operationId: 'listTags',
  summary: 'The tags of the team, oldest first',
  security: withKey('read'),
  request: { query: TagsQuery },
  responses: { ...tagged('A page.', TagsSchema), ...problems('invalid_cursor', ...OWN_PROBLEMS) },
})

export const addTag = createRoute({
  method: 'post',
  path: '/v1/tags',
  tags: ['Taps'],
  operationId: 'addTag',
  summary: 'A new tag',
  security: withKey('taps:write'),
  middleware: jsonBody(),
  request: { query: NoQuery, body: { required: true, content: { 'application/json': { schema: NewTagBody } } } },
  responses: { 201: json('The tag.', TagSchema), ...problems('tag_taken', ...BODY_PROBLEMS, ...OWN_PROBLEMS) },
})

export const changeTag = createRoute({
  method: 'patch',
  path: '/v1/tags/{uid}',
  tags: ['Taps'],
  operationId: 'changeTag',
  summary: 'Another name, token or target for a tag',
  security: withKey('taps:write'),
  middleware: jsonBody(),
  request: {
    params: TagParams,
    query: NoQuery,
    body: { required: true, content: { 'application/json': { schema: TagChangeBody } } },
  },
  responses: {
    200: json('The tag as it is now.', TagSchema),
    ...problems('tag_not_found', ...BODY_PROBLEMS, ...OWN_PROBLEMS),
  },
})

export const removeTag = createRoute({
  method: 'delete',
  path: '/v1/tags/{uid}',
  tags: ['Taps'],
  operationId: 'removeTag',
  summary: 'Removes a tag, whose taps stay counted',
  description: 'Its uid stays taken, and new taps of it are rejected.',
  security: withKey('taps:write'),
  request: { params: TagParams, query: NoQuery },
  responses: { 204: { description: 'It is removed.' }, ...problems('tag_not_found', ...OWN_PROBLEMS) },
})

const NOT_STORED = { 'cache-control': 'no-store' }

/** A team's tags. */
export function tagRoutes({ taps, answers }: { readonly taps: TapService; readonly answers: Answers }) {
  return new OpenAPIHono<EdgeEnv>()
    .openapi(listTags, async (c) => {
      const { limit, cursor = null } = c.req.valid('query')
      const { tags, nextCursor } = await taps.tags(holderOf(c).team.id, { limit, cursor })
      const text = JSON.stringify({ data: tags.map(tagBody), next_cursor: nextCursor })
      return answers.anew(c.env.exchange, { text, headers: PRIVATE }) as never
    })
    .openapi(addTag, async (c) => {
      const { uid, ...wish } = c.req.valid('json')
      const tag = await taps.addTag(holderOf(c).team.id, { uid: uid ?? null, ...wishOf(wish) })
      return c.json(tagBody(tag), 201, NOT_STORED)
    })
    .openapi(changeTag, async (c) => {
      const { uid } = c.req.valid('param')
      const tag = await taps.changeTag(holderOf(c).team.id, uid, wishOf(c.req.valid('json')))
      return c.json(tagBody(tag), 200, NOT_STORED)
    })
    .openapi(removeTag, async (c) => {
      await taps.removeTag(holderOf(c).team.id, c.req.valid('param').uid)
      return c.body(null, 204, NOT_STORED)
    })
}

function wishOf({ name, token_id, target_url }: z.output<typeof TagChangeBody>): TagWish {
  return { name, tokenId: token_id, targetUrl: target_url }
}
