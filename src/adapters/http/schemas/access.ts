import { z } from '@hono/zod-openapi'
import { isName, NAME_LENGTH_MAX } from '../../../domain/access/names.ts'
import { SCOPES } from '../../../domain/access/team.ts'
import { parseWhen } from '../../../domain/calendar.ts'

const time = (description: string) => z.iso.datetime().openapi({ description, example: '2026-11-20T10:00:00.000Z' })
const scope = z.enum(SCOPES)
const scopes = z.array(scope).openapi({
  description: '`read`: counts, tags, and prices where those are not open to all. `taps:write`: taps and tags.',
})
const name = z
  .string({ error: 'A text.' })
  .refine(isName, {
    error: `1 to ${NAME_LENGTH_MAX} characters, some to be seen, none a control character, without spaces around them.`,
  })
  .openapi({ type: 'string', minLength: 1, maxLength: NAME_LENGTH_MAX, example: 'Night market' })

export const GRACE_SECONDS_MAX = 30 * 86_400
export const GRACE_SECONDS_DEFAULT = 3600

export const TeamSchema = z
  .object({ id: z.string().openapi({ example: '1' }), name: z.string(), created_at: time('When it was created.') })
  .openapi('Team')
export const TeamsSchema = z.object({ data: z.array(TeamSchema) }).openapi('Teams')
export const NewTeamBody = z.strictObject({ name }).openapi('NewTeam')

export const KeySchema = z
  .object({
    id: z.string().openapi({ description: 'Public: it is what is revoked.', example: 'key_1B2c3D4e5F6g7H8i9' }),
    team_id: z.string(),
    name: z.string().nullable(),
    prefix: z.string().openapi({ description: 'How the key begins.', example: 'ttap_live_4fGh' }),
    ending: z.string().openapi({ description: 'Its last four characters.', example: 'x0Zq' }),
    scopes,
    created_at: time('When it was issued.'),
    expires_at: time('Refused from then on; null: never by itself.').nullable(),
    revoked_at: time(
      'Refused from then on, in the future while a rotated key is still honoured; null: not revoked.',
    ).nullable(),
  })
  .openapi('Key')
export const KeysSchema = z.object({ data: z.array(KeySchema) }).openapi('Keys')

export const IssuedKeySchema = KeySchema.extend({
  key: z.string().openapi({ description: 'The key itself: here, and never again.', example: 'ttap_live_…' }),
}).openapi('IssuedKey')

export const NewKeyBody = z
  .strictObject({
    name: name.nullable().optional(),
    scopes: z
      .array(scope, { error: 'A list of scopes.' })
      .min(1, { error: 'At least one.' })
      .max(SCOPES.length, { error: 'Each at most once.' })
      .refine((list) => new Set(list).size === list.length, { error: 'Each at most once.' })
      .optional()
      .openapi({ description: 'All of them when absent.' }),
    expires_at: z
      .string({ error: 'A time.' })
      .transform((text, context) => {
        const when = parseWhen(text)
        if (!('flaw' in when)) return when.kind === 'day' ? when.dayMs : when.ms
        context.addIssue({ code: 'custom', message: when.flaw })
        return z.NEVER
      })
      .nullable()
      .optional()
      .openapi({
        type: ['string', 'null'],
        description: 'A time with its zone, or a date: the begin of that day, UTC. Null or absent: never by itself.',
        example: '2027-01-01T00:00:00Z',
      }),
  })
  .openapi('NewKey')

export const RotationBody = z
  .strictObject({
    grace_seconds: z
      .int({ error: 'A whole number.' })
      .min(0, { error: 'Zero or more.' })
      .max(GRACE_SECONDS_MAX, { error: `At most ${GRACE_SECONDS_MAX}.` })
      .optional()
      .openapi({ default: GRACE_SECONDS_DEFAULT, description: 'For how long the old key is still honoured.' }),
  })
  .openapi('Rotation')

const pathPart = z.string().min(1).max(NAME_LENGTH_MAX)
export const TeamParams = z.object({
  id: pathPart.openapi({ param: { name: 'id', in: 'path' }, description: 'Id or name of the team.', example: '1' }),
})
export const KeyParams = z.object({
  id: pathPart.openapi({ param: { name: 'id', in: 'path' }, description: 'Id of the key.' }),
})

export const TicketSchema = z
  .object({
    ticket: z.string().openapi({ description: 'For `?ticket=` of one stream, once.', example: 'ttap_ticket_…' }),
    expires_at: time('Refused from then on.'),
  })
  .openapi('Ticket')

export const MeSchema = z
  .object({
    team: TeamSchema.pick({ id: true, name: true }),
    key: KeySchema.omit({ team_id: true }),
    quota: z
      .object({
        limit: z.int().openapi({ description: 'Queries in any window.' }),
        window_seconds: z.number(),
        left: z.int().openapi({ description: 'Queries that could be made now.' }),
        more_in_seconds: z
          .int()
          .openapi({ description: 'Until there is one more than now; 0 when all of them are there.' }),
      })
      .openapi({ description: 'Of analytics queries. To ask for it takes none.' }),
  })
  .openapi('Me')
