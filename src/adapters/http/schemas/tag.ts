import { z } from '@hono/zod-openapi'
import { limitUpTo } from './query.ts'
import * as examples from './tap-examples.ts'

/** So many that most teams need no second page. */
export const TAGS_MAX = 1000

const optionalText = (description: string) =>
  z.string({ error: 'A text, or null.' }).nullable().optional().openapi({ description })

const wish = {
  name: optionalText('What people call it: 1 to 100 printable characters.'),
  token_id: optionalText('The token that it stands for, as `network:address`.'),
  target_url: optionalText(
    'Where `/t/{tag}` leads: https, a public host name, at most 2048 characters. Null: to the page of its token.',
  ),
}

/** `POST /v1/tags` */
export const NewTagBody = z
  .strictObject({
    uid: z
      .string({ error: 'Decimal digits as a text.' })
      .optional()
      .openapi({ description: 'From 1 to 2^63-1 in decimal digits. Default: a random one.' }),
    ...wish,
  })
  .openapi('NewTag', { example: { name: examples.tag.name, token_id: examples.tag.token_id } })

/** `PATCH /v1/tags/{uid}`: what is left out stays. */
export const TagChangeBody = z.strictObject(wish).openapi('TagChange', { example: { name: 'Poster in the hall' } })

/** `GET /v1/tags` */
export const TagsQuery = z.strictObject({
  limit: limitUpTo(TAGS_MAX, 'Tags per page.', TAGS_MAX),
  cursor: z
    .string()
    .regex(/^[\d-]{1,40}$/, { error: 'Not a cursor of this service.' })
    .optional()
    .openapi({ description: 'Text of an earlier page. Tags that are made or removed meanwhile move no other one.' }),
})

export const TagParams = z.strictObject({
  uid: z.string().openapi({ param: { name: 'uid', in: 'path' }, example: examples.tag.uid }),
})

/** `{tag}` of a path. */
export const VisitParams = z.strictObject({
  tag: z.string().openapi({ param: { name: 'tag', in: 'path' }, example: examples.tag.uid }),
})

export const TagSchema = z
  .object({
    uid: z.string(),
    name: z.string().nullable(),
    token_id: z.string().nullable(),
    target_url: z.string().nullable(),
    created_at: z.iso.datetime(),
  })
  .openapi('Tag', { example: examples.tag })

export const TagsSchema = z
  .object({
    data: z.array(TagSchema).openapi({ description: 'Oldest first.' }),
    next_cursor: z.string().nullable().openapi({ description: 'Null on the last page.' }),
  })
  .openapi('Tags', { example: { data: [examples.tag], next_cursor: null } })
