import { z } from '@hono/zod-openapi'
import { NETWORKS } from '../../../domain/tokens/identity.ts'
import { BasisSchema, byWindow, Num, SnapshotSchema, StatusSchema, Time } from './token.ts'

/** A value, who said it, and when. All three are null when nobody did. */
function sourced<S extends z.ZodType>(value: S) {
  return z.object({ value: value.nullable(), source: z.string().nullable(), observed_at: Time })
}
const SourcedNumber = sourced(z.number()).openapi('SourcedNumber', {
  description: 'A number, who said it, and when. `pools` is the sum over pools. All null when nobody said.',
  example: { value: 125.5, source: 'jupiter', observed_at: '2026-03-01T12:00:00.000Z' },
})
const SourcedText = sourced(z.string()).openapi('SourcedText')

const WeekChange = SourcedNumber.extend({
  reason: z.enum(['no_price', 'not_recorded']).nullable().openapi({ description: 'Why it is null.' }),
}).openapi({
  description: 'From our own records: the source is `history`, the time that of the price of a week ago.',
})

const NumBySourceWindow = z.object({ '5m': Num, '1h': Num, '6h': Num, '24h': Num })

const PoolSchema = z
  .object({
    pool: z.string(),
    dex: z.string().nullable(),
    quote: z.string().nullable(),
    quote_symbol: z.string().nullable(),
    price_usd: z.number(),
    liquidity_usd: Num.openapi({ description: 'What the source claims.' }),
    depth_usd: Num.openapi({ description: 'What of it is believed; null when it cannot be told.' }),
    volume_usd: NumBySourceWindow,
    transactions: NumBySourceWindow,
    created_at: Time,
    observed_at: z.iso.datetime(),
    age_ms: z.int(),
    witnesses: z.array(z.string()).openapi({ description: 'Sources that report this pool.' }),
  })
  .openapi('Pool')

export const DetailSchema = z
  .object({
    id: z.string(),
    network: z.enum(NETWORKS),
    address: z.string(),
    name: SourcedText,
    symbol: SourcedText,
    price_usd: SourcedNumber.extend({ pool: z.string().nullable() }),
    price_sol: SourcedNumber.extend({
      reason: z.enum(['no_price', 'sol_quote_stale']).nullable().openapi({ description: 'Why it is null.' }),
    }).openapi({ description: '`price_usd` divided by `sol_usd`; source and time are those of `sol_usd`.' }),
    status: StatusSchema,
    reason: z.string().nullable().openapi({ description: 'Why the status is not `ok`, as a sentence.' }),
    band: z
      .tuple([z.number(), z.number()])
      .nullable()
      .openapi({ description: 'Lowest and highest of the sources near the price, USD.' }),
    witnesses: z.array(z.string()).openapi({ description: 'Sources that agree with the price.' }),
    observed_at: Time.openapi({ description: 'Of the price.' }),
    age_ms: z.int().nullable().openapi({ description: 'Of the price, when this answer was sent.' }),
    change_pct: byWindow(SourcedNumber).extend({ '7d': WeekChange }),
    volume_usd: byWindow(SourcedNumber),
    transactions: byWindow(SourcedNumber),
    liquidity_usd: SourcedNumber.openapi({ description: 'Believed depth.' }),
    market_cap_usd: SourcedNumber,
    market_cap_basis: BasisSchema,
    fdv_usd: SourcedNumber,
    dex: SourcedText,
    created_at: sourced(z.iso.datetime()),
    sources: z.array(z.string()),
    pool_count: z.int(),
    pools: z.array(PoolSchema),
    snapshot: SnapshotSchema,
  })
  .openapi('TokenDetail')
export type Detail = z.infer<typeof DetailSchema>
