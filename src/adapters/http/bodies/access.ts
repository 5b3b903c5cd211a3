import type { z } from '@hono/zod-openapi'
import type { ApiKey, Holder, Team } from '../../../domain/access/team.ts'
import type { IssuedKey } from '../../../ports/access.ts'
import type { Allowance } from '../../../ports/rate-limiter.ts'
import type { IssuedKeySchema, KeySchema, MeSchema, TeamSchema } from '../schemas/access.ts'
import { iso, isoOf } from './time.ts'

export function teamBody({ id, name, createdAtMs }: Team): z.infer<typeof TeamSchema> {
  return { id: String(id), name, created_at: isoOf(createdAtMs) }
}

export function keyBody(key: ApiKey): z.infer<typeof KeySchema> {
  return {
    id: key.id,
    team_id: String(key.teamId),
    name: key.name,
    prefix: key.prefix,
    ending: key.ending,
    scopes: [...key.scopes],
    created_at: isoOf(key.createdAtMs),
    expires_at: iso(key.expiresAtMs),
    revoked_at: iso(key.revokedAtMs),
  }
}

export function issuedKeyBody({ key, secret }: IssuedKey): z.infer<typeof IssuedKeySchema> {
  return { ...keyBody(key), key: secret }
}

export interface QuotaTerms {
  readonly limit: number
  readonly windowMs: number
}

export function meBody(
  { team, key }: Holder,
  { limit, windowMs }: QuotaTerms,
  { left, moreInMs }: Allowance,
): z.infer<typeof MeSchema> {
  const { team_id: _, ...shown } = keyBody(key)
  return {
    team: { id: String(team.id), name: team.name },
    key: shown,
    quota: { limit, window_seconds: windowMs / 1000, left, more_in_seconds: Math.ceil(moreInMs / 1000) },
  }
}
