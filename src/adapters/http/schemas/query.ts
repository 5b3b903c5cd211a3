import { z } from '@hono/zod-openapi'
import { NETWORKS } from '../../../domain/tokens/identity.ts'
import { ORDERS, SORTS } from '../../../domain/tokens/query.ts'
import { WINDOWS } from '../../../domain/tokens/row.ts'

export const LIMIT_MAX = 250
export const LIMIT_DEFAULT = 30
const Q_LENGTH_MAX = 128
const CURSOR_LENGTH_MAX = 1024

/** Control characters are never part of a name, and break logs and terminals. */
const CONTROL = /\p{Cc}/u
const WHOLE = /^[0-9]{1,9}$/
const DECIMAL = /^[0-9]{1,15}(\.[0-9]{1,9})?$/

const q = z
  .string()
  .trim()
  .refine((text) => text.length >= 1 && text.length <= Q_LENGTH_MAX && !CONTROL.test(text), {
    error: `1 to ${Q_LENGTH_MAX} characters, none of them a control character.`,
  })
  .openapi({
    type: 'string',
    minLength: 1,
    maxLength: Q_LENGTH_MAX,
    description: 'Symbol, name or address. An address finds that token.',
    example: 'SOL',
  })

/** A query's `limit` of up to `max`. */
export function limitUpTo(max: number, description: string, preset = LIMIT_DEFAULT) {
  return z
    .string()
    .refine((text) => WHOLE.test(text) && Number(text) >= 1 && Number(text) <= max, {
      error: `A whole number from 1 to ${max}.`,
    })
    .transform(Number)
    .default(preset)
    .openapi({ type: 'integer', minimum: 1, maximum: max, default: preset, description })
}

const minLiquidityUsd = z
  .string()
  .regex(DECIMAL, { error: 'A decimal number, zero or more.' })
  .transform(Number)
  .optional()
  .openapi({
    type: 'number',
    minimum: 0,
    description: 'Leaves out tokens with less (or unknown) believed liquidity, USD.',
  })

const maxAgeSeconds = z
  .string()
  .refine((text) => DECIMAL.test(text) && Number(text) > 0, { error: 'A decimal number above zero.' })
  .transform(Number)
  .optional()
  .openapi({
    type: 'number',
    exclusiveMinimum: 0,
    description:
      'Nothing older than this: the service asks its sources anew, and answers 503 `too_old` when that fails.',
  })

const cursor = z
  .string()
  .min(1, { error: 'Not a cursor of this service.' })
  .max(CURSOR_LENGTH_MAX, { error: 'Not a cursor of this service.' })
  .regex(/^[\w.~-]*$/, { error: 'Not a cursor of this service.' })
  .optional()
  .openapi({
    description: 'Text of an earlier page, with otherwise the same parameters. Pages of one walk show one moment.',
  })

const listParameters = {
  network: z.enum(NETWORKS).optional().openapi({ description: 'Only tokens of this network.' }),
  sort: z.enum(SORTS).default('volume').openapi({ description: 'What decides the order; unknown values come last.' }),
  order: z.enum(ORDERS).default('desc').openapi({ description: 'Largest (newest) first, or last.' }),
  window: z
    .enum(WINDOWS)
    .default('24h')
    .openapi({ description: 'The time that changes, volumes and counts speak of.' }),
  limit: limitUpTo(LIMIT_MAX, 'Tokens per page.'),
  cursor,
  min_liquidity_usd: minLiquidityUsd,
  max_age_seconds: maxAgeSeconds,
  include: z.enum(['spark']).optional().openapi({
    description: '`spark`: the price at the end of each of the last 24 whole hours, as far as it was recorded.',
  }),
}

/** `GET /v1/tokens`: an unknown key is refused, because a misspelt filter would answer with the wrong list. */
export const ListQuery = z.strictObject({ q: q.optional(), ...listParameters })
export type ListQuery = z.output<typeof ListQuery>

/** `GET /api/tokens`: unknown keys are ignored, as its clients expect. */
export const CompatibilityQuery = z.object({
  q: q.default('SOL').openapi({ default: 'SOL' }),
  ...listParameters,
})

/** Routes without parameters. */
export const NoQuery = z.strictObject({})
