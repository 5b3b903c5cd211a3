import { z } from '@hono/zod-openapi'
import * as examples from './examples.ts'
import { SnapshotSchema, TokenSchema } from './token.ts'

export const LOOKUP_IDS_MAX = 100
const ID_LENGTH_MAX = 320

export const LookupBody = z
  .strictObject({
    ids: z
      .array(z.string({ error: 'A text.' }).max(ID_LENGTH_MAX, { error: `At most ${ID_LENGTH_MAX} characters.` }), {
        error: 'A list of texts.',
      })
      .max(LOOKUP_IDS_MAX, { error: `At most ${LOOKUP_IDS_MAX} ids.` })
      .openapi({ description: '`network:address`, in any order; an id may be repeated.' }),
  })
  .openapi('LookupRequest', { example: { ids: [examples.token.id, 'solana:nothing'] } })

const UnknownTokenSchema = z
  .object({
    id: z.string().openapi({ description: 'As asked.' }),
    status: z.literal('unknown'),
    reason: z.enum(['malformed_id', 'unknown_network', 'not_listed', 'sources_unavailable']),
  })
  .openapi('UnknownToken')

const FoundTokenSchema = TokenSchema.extend({
  age_ms: z.int().nullable().openapi({ description: 'Of the price, when this answer was sent.' }),
}).openapi('FoundToken')

export const LookupSchema = z
  .object({
    data: z.array(z.union([FoundTokenSchema, UnknownTokenSchema])).openapi({
      description: 'Exactly one entry per asked id, in the order asked.',
    }),
    snapshot: SnapshotSchema.nullable(),
  })
  .openapi('Lookup', { example: examples.lookup })
export type LookupAnswer = z.infer<typeof LookupSchema>
