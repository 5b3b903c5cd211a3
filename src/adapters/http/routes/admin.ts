import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { SCOPES } from '../../../domain/access/team.ts'
import type { AccessService } from '../../../ports/access.ts'
import { ADMIN } from '../access/declared.ts'
import { issuedKeyBody, keyBody, teamBody } from '../bodies/access.ts'
import type { EdgeEnv } from '../exchange.ts'
import { jsonBody, optionalJsonBody } from '../json-body.ts'
import {
  GRACE_SECONDS_DEFAULT,
  IssuedKeySchema,
  KeyParams,
  KeysSchema,
  NewKeyBody,
  NewTeamBody,
  RotationBody,
  TeamParams,
  TeamSchema,
  TeamsSchema,
} from '../schemas/access.ts'
import { json } from '../schemas/answer.ts'
import { problems } from '../schemas/problem.ts'
import { NoQuery } from '../schemas/query.ts'

const ANY = ['key_required', 'key_invalid', 'too_many_requests', 'access_unavailable', 'not_found'] as const
const OF_A_BODY = ['invalid_body', 'payload_too_large', 'unsupported_media_type'] as const

const COMMON = { tags: ['Access'], security: ADMIN }

export const createTeam = createRoute({
  ...COMMON,
  method: 'post',
  path: '/v1/admin/teams',
  operationId: 'createTeam',
  summary: 'A new team',
  middleware: jsonBody(),
  request: { query: NoQuery, body: { required: true, content: { 'application/json': { schema: NewTeamBody } } } },
  responses: { 201: json('The team.', TeamSchema), ...problems(...ANY, ...OF_A_BODY, 'team_taken') },
})

export const listTeams = createRoute({
  ...COMMON,
  method: 'get',
  path: '/v1/admin/teams',
  operationId: 'listTeams',
  summary: 'All teams',
  request: { query: NoQuery },
  responses: { 200: json('By id.', TeamsSchema), ...problems(...ANY) },
})

export const issueKey = createRoute({
  ...COMMON,
  method: 'post',
  path: '/v1/admin/teams/{id}/keys',
  operationId: 'issueKey',
  summary: 'A new key for a team',
  description: 'The answer holds the key itself, which nobody can find out afterwards: only its digest is kept.',
  middleware: optionalJsonBody(),
  request: {
    params: TeamParams,
    query: NoQuery,
    body: { required: false, content: { 'application/json': { schema: NewKeyBody } } },
  },
  responses: { 201: json('The key.', IssuedKeySchema), ...problems(...ANY, ...OF_A_BODY, 'team_not_found') },
})

export const listKeys = createRoute({
  ...COMMON,
  method: 'get',
  path: '/v1/admin/teams/{id}/keys',
  operationId: 'listKeys',
  summary: 'The keys that a team ever had, newest first',
  request: { params: TeamParams, query: NoQuery },
  responses: { 200: json('Without the keys themselves.', KeysSchema), ...problems(...ANY, 'team_not_found') },
})

export const revokeKey = createRoute({
  ...COMMON,
  method: 'delete',
  path: '/v1/admin/keys/{id}',
  operationId: 'revokeKey',
  summary: 'Revokes a key',
  description: 'It is refused within two seconds at every instance, and its streams are closed. Again is harmless.',
  request: { params: KeyParams, query: NoQuery },
  responses: { 204: { description: 'It is revoked.' }, ...problems(...ANY, 'key_not_found') },
})

export const rotateKey = createRoute({
  ...COMMON,
  method: 'post',
  path: '/v1/admin/keys/{id}/rotate',
  operationId: 'rotateKey',
  summary: 'A new key in the place of another',
  description: 'With the same team, name, scopes and end. The old one is refused when its time of grace is over.',
  middleware: optionalJsonBody(),
  request: {
    params: KeyParams,
    query: NoQuery,
    body: { required: false, content: { 'application/json': { schema: RotationBody } } },
  },
  responses: { 201: json('The new key.', IssuedKeySchema), ...problems(...ANY, ...OF_A_BODY, 'key_not_found') },
})

const NOT_STORED = { 'cache-control': 'no-store' }

/** For the operator: teams and their keys. */
export function adminRoutes({ access }: { readonly access: AccessService }) {
  return new OpenAPIHono<EdgeEnv>()
    .openapi(createTeam, async (c) => {
      return c.json(teamBody(await access.createTeam(c.req.valid('json').name)), 201, NOT_STORED)
    })
    .openapi(listTeams, async (c) => c.json({ data: (await access.teams()).map(teamBody) }, 200, NOT_STORED))
    .openapi(issueKey, async (c) => {
      const { name, scopes, expires_at: expiresAtMs } = c.req.valid('json')
      const wish = { name: name ?? null, scopes: scopes ?? SCOPES, expiresAtMs: expiresAtMs ?? null }
      return c.json(issuedKeyBody(await access.issueKey(c.req.valid('param').id, wish)), 201, NOT_STORED)
    })
    .openapi(listKeys, async (c) => {
      return c.json({ data: (await access.keys(c.req.valid('param').id)).map(keyBody) }, 200, NOT_STORED)
    })
    .openapi(revokeKey, async (c) => {
      await access.revokeKey(c.req.valid('param').id)
      return c.body(null, 204, NOT_STORED)
    })
    .openapi(rotateKey, async (c) => {
      const { grace_seconds: seconds = GRACE_SECONDS_DEFAULT } = c.req.valid('json')
      return c.json(issuedKeyBody(await access.rotateKey(c.req.valid('param').id, seconds * 1000)), 201, NOT_STORED)
    })
}
