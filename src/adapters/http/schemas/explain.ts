import { z } from '@hono/zod-openapi'
import { REASONS } from '../../../domain/tokens/merged.ts'
import * as examples from './examples.ts'
import { Num, StatusSchema, Time } from './token.ts'

const Parameters = z.object({
  precedence: z.array(z.string()),
  max_age_ms: z.number(),
  agree: z.number(),
  outlier: z.number(),
  min_liquidity_usd: z.number(),
  jump: z.number(),
  total: z.number(),
  stale_limit_ms: z.number(),
  sol_max_age_ms: z.number(),
  trusted_quotes: z.record(z.string(), z.array(z.string())),
})

const InputSchema = z.object({
  source: z.string(),
  pool: z.string().nullable(),
  dex: z.string().nullable(),
  base: z.string().nullable(),
  quote: z.string().nullable(),
  price_usd: Num,
  liquidity_usd: Num,
  quote_side_usd: Num,
  volume_24h_usd: Num,
  depth_usd: Num,
  observed_at: z.iso.datetime(),
  age_ms: z.number(),
  weight: z.number(),
  accepted: z.boolean(),
  reason: z.enum(REASONS),
})

const TotalSchema = z.object({
  value: Num,
  source: z.string().nullable(),
  figures: z.array(z.object({ source: z.string(), value: z.number() })),
})
const TotalByWindow = z.object({ '5m': TotalSchema, '1h': TotalSchema, '6h': TotalSchema, '24h': TotalSchema })

export const ExplanationSchema = z
  .object({
    algo: z.literal('merge/1'),
    id: z.string(),
    now: z.iso.datetime(),
    result: z.object({
      price_usd: Num,
      source: z.string().nullable(),
      pool: z.string().nullable(),
      band: z.tuple([z.number(), z.number()]).nullable(),
      status: StatusSchema,
      witnesses: z.array(z.string()),
      observed_at: Time,
      age_ms: z.number().nullable(),
    }),
    previous: z
      .object({
        price_usd: z.number(),
        observed_at: z.iso.datetime(),
        pending: z.object({ price_usd: z.number(), observed_at: z.iso.datetime() }).nullable(),
      })
      .nullable()
      .openapi({ description: 'The last published price, and a jump that waited, when this price was made.' }),
    parameters: Parameters,
    inputs: z.array(InputSchema).openapi({ description: 'Every statement, refused ones too.' }),
    steps: z.object({
      sources: z.array(z.object({ source: z.string(), price_usd: z.number(), pool: z.string().nullable() })),
      voters: z.array(z.string()),
      candidate_usd: Num.openapi({ description: 'The price before the jump rule.' }),
    }),
    totals: z.object({ liquidity_usd: TotalSchema, volume_usd: TotalByWindow, transactions: TotalByWindow }),
    published: z
      .object({ status: StatusSchema, price_usd: Num })
      .openapi({ description: 'What lists show. It turns `stale` by its age, after the price was made.' }),
  })
  .openapi('Explanation', {
    description:
      'Everything a stranger needs to compute the price again, to the last bit. docs/merge.md has the rules.',
    example: examples.explanation,
  })
export type Explanation = z.infer<typeof ExplanationSchema>
