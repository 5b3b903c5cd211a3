import { z } from '@hono/zod-openapi'
import { SOURCE_FAILURES } from '../../../domain/errors.ts'
import { NETWORKS } from '../../../domain/tokens/identity.ts'
import { STATUSES } from '../../../domain/tokens/merged.ts'
import * as examples from './examples.ts'

export const Num = z.number().nullable()
export const Time = z.iso.datetime().nullable()
export const StatusSchema = z.enum(STATUSES).openapi({
  description:
    '`ok`: two or more sources agree and enough money stands behind it. `thin`: one source, or little or unknown liquidity. ' +
    '`disputed`: sources disagree. `held`: a jump waits for a second look, the last good price is shown. ' +
    '`stale`: no source answers, the last good price is shown. `unknown`: no price.',
})
export const BasisSchema = z.enum(['circulating', 'unknown']).nullable().openapi({
  description: '`unknown`: the source may have repeated the fully diluted value.',
})

/** One value per window, made from a schema of the value. */
export function byWindow<S extends z.ZodType>(value: S) {
  return z.object({ '5m': value, '1h': value, '6h': value, '24h': value, '7d': value })
}
export const NumByWindow = byWindow(Num)

const Spark = z.array(Num).length(24).nullable().optional().openapi({
  description:
    'Only with `include=spark`: USD at the end of each of the last 24 whole hours, oldest first; null where nothing was recorded.',
})

export const TokenSchema = z
  .object({
    id: z.string(),
    network: z.enum(NETWORKS),
    address: z.string(),
    name: z.string().nullable(),
    symbol: z.string().nullable(),
    price_usd: Num,
    price_sol: Num,
    change_pct: NumByWindow.openapi({
      description: 'Percent: 2.5 means +2.5 %. 7d comes from our own history: null without a record of that time.',
    }),
    volume_usd: NumByWindow,
    transactions: NumByWindow.openapi({ description: 'Buys and sells together.' }),
    liquidity_usd: Num.openapi({ description: 'Believed depth, not what sources claim.' }),
    market_cap_usd: Num,
    market_cap_basis: BasisSchema,
    fdv_usd: Num,
    dex: z.string().nullable().openapi({ description: 'Exchange of the deepest pool.' }),
    pool_count: z.int(),
    created_at: Time.openapi({ description: 'Of the oldest known pool.' }),
    status: StatusSchema,
    sources: z.array(z.string()).openapi({ description: 'Whose statements were accepted, by precedence.' }),
    observed_at: Time.openapi({ description: 'Of the price. Its age is `x-served-at` minus this.' }),
    spark: Spark,
  })
  .openapi('Token', { example: examples.token })

const SourceStateSchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  reason: z.enum(SOURCE_FAILURES).optional(),
  observed_at: Time.openapi({ description: 'Of its newest good answer.' }),
})
export const SourceStates = z.array(SourceStateSchema)

export const SnapshotSchema = z
  .object({
    epoch: z.string(),
    seq: z.int(),
    as_of: z.iso.datetime(),
    sol_usd: Num.openapi({ description: 'Turns USD into SOL. Null when it is too old: then every `*_sol` is null.' }),
    sol_usd_observed_at: Time,
    sources: SourceStates,
  })
  .openapi('Snapshot', { description: 'The state of the whole board at one moment.', example: examples.snapshot })

export const PageSchema = z
  .object({
    data: z.array(TokenSchema),
    next_cursor: z.string().nullable().openapi({ description: 'Null on the last page.' }),
    snapshot: SnapshotSchema,
  })
  .openapi('TokenPage', { example: { data: [examples.token], next_cursor: null, snapshot: examples.snapshot } })

export const CompatibilityTokenSchema = z
  .object({
    token_address: z.string(),
    token_name: z.string().nullable(),
    token_ticker: z.string().nullable(),
    price_sol: Num,
    market_cap_sol: Num,
    volume_sol: Num.openapi({ description: 'In the asked window.' }),
    liquidity_sol: Num,
    transaction_count: Num.openapi({ description: 'In the asked window.' }),
    price_1hr_change: Num.openapi({ description: 'Percent.' }),
    protocol: z.string().nullable().openapi({ description: 'Exchange of the deepest pool.' }),
    network: z.enum(NETWORKS),
    price_usd: Num,
    price_24hr_change: Num,
    price_7d_change: Num,
    status: StatusSchema,
    sources: z.array(z.string()),
    observed_at: Time,
    spark: Spark,
  })
  .openapi('CompatibilityToken', { example: examples.compatibilityToken })
