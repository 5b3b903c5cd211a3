import { z } from '@hono/zod-openapi'
import { PAIRS_MIN } from '../../../domain/attention/lagging.ts'
import { TAP_INTERVALS } from '../../../domain/taps/tap.ts'
import { interval, moment, tagUid, zone } from './tap.ts'
import { Num } from './token.ts'

export const LAGS_MAX = 48
const LAGS_DEFAULT = 6
const WHOLE = /^[0-9]{1,2}$/

/** `GET /v1/attention` */
export const AttentionQuery = z
  .strictObject({
    tag: tagUid.optional().openapi({ description: 'Uid of a tag that names a token. This or `token`.' }),
    token: z.string().max(320, { error: 'A token as network:address.' }).optional().openapi({
      description: '`network:address`: taps of all tags of the team that name it. This or `tag`.',
      example: 'solana:So11111111111111111111111111111111111111112',
    }),
    from: moment('Buckets from then on: an instant with its zone, or a date, which begins at midnight of `tz`.'),
    to: moment('Not included. Of a date, the whole day is.'),
    interval: interval.default('hour'),
    tz: zone,
    lags: z
      .string()
      .refine((text) => WHOLE.test(text) && Number(text) <= LAGS_MAX, {
        error: `A whole number from 0 to ${LAGS_MAX}.`,
      })
      .transform(Number)
      .default(LAGS_DEFAULT)
      .openapi({
        type: 'integer',
        minimum: 0,
        maximum: LAGS_MAX,
        default: LAGS_DEFAULT,
        description: 'Lags of up to so many buckets are tried, either way. Each one more makes it harder to stand out.',
      }),
  })
  .superRefine(({ tag, token }, context) => {
    if ((tag === undefined) === (token === undefined)) {
      context.addIssue({ code: 'custom', path: ['tag'], message: 'Either a tag or a token.' })
    }
  })

const EXAMPLE_BUCKET = {
  start: '2026-11-20T12:00:00.000Z',
  end: '2026-11-20T13:00:00.000Z',
  taps: 42,
  taps_change: 12,
  partial: false,
  open: 140,
  close: 141.4,
  change_pct: 1,
}
const EXAMPLE_LAG = { taps_lead_by: 3, n: 160, effective_n: 150.2, r: 0.61, low: 0.5, high: 0.7, reason: null }

const BucketSchema = z
  .object({
    start: z.iso.datetime(),
    end: z.iso.datetime(),
    taps: z.int(),
    taps_change: z
      .int()
      .nullable()
      .openapi({ description: 'Against the bucket before; null unless both are complete.' }),
    partial: z
      .boolean()
      .openapi({ description: 'The range cuts it, or it is not over yet: nothing is concluded from it.' }),
    open: Num.openapi({ description: 'USD, of the first price recorded in it; null without one.' }),
    close: Num,
    change_pct: Num.openapi({ description: 'Percent from `open` to `close`.' }),
  })
  .openapi('AttentionBucket', { example: EXAMPLE_BUCKET })

const lag = {
  taps_lead_by: z.int().openapi({
    description: 'Buckets by which changes of taps come before changes of the price. Negative: the price comes first.',
  }),
  n: z.int().openapi({ description: 'Pairs of changes, of complete buckets alone.' }),
  effective_n: z.number().openapi({
    description: 'As how many independent pairs they count: series that repeat themselves look alike more often.',
  }),
}

const LagSchema = z
  .object({
    ...lag,
    r: Num.openapi({ description: "Pearson's correlation of `taps_change` and `change_pct`." }),
    low: Num.openapi({ description: 'Of the interval that holds it with 95 % confidence.' }),
    high: Num,
    reason: z
      .enum(['not_enough_data', 'no_variation'])
      .nullable()
      .openapi({
        description: `Why \`r\` is null: fewer than ${PAIRS_MIN} pairs, or one of the two never changes otherwise.`,
      }),
  })
  .openapi('AttentionLag', { example: EXAMPLE_LAG })

const StrongestSchema = z
  .object({
    ...lag,
    r: z.number(),
    low: z
      .number()
      .openapi({ description: 'Of an interval that is wide enough for the number of lags that were tried.' }),
    high: z.number(),
    rank_r: z.number().openapi({ description: 'The same of ranks (Spearman), which one burst does not impress.' }),
  })
  .openapi('AttentionStrongest')

export const AttentionSchema = z
  .object({
    token_id: z.string(),
    tags: z.array(z.string()).openapi({ description: 'Uids of the tags whose taps were counted.' }),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    interval: z.enum(TAP_INTERVALS),
    tz: z.string(),
    data: z.array(BucketSchema),
    correlation: z.object({
      lags: z.array(LagSchema),
      strongest: StrongestSchema.nullable().openapi({
        description:
          'The largest that can be told from chance although so many lags were tried; null when there is none.',
      }),
      reason: z
        .enum(['not_enough_data', 'no_variation', 'nothing_stands_out'])
        .nullable()
        .openapi({ description: 'Why there is no strongest.' }),
      note: z.string(),
    }),
  })
  .openapi('Attention', {
    example: {
      token_id: 'solana:So11111111111111111111111111111111111111112',
      tags: ['4611686018427387904'],
      from: '2026-11-20T12:00:00.000Z',
      to: '2026-11-20T13:00:00.000Z',
      interval: 'hour',
      tz: 'UTC',
      data: [EXAMPLE_BUCKET],
      correlation: {
        lags: [EXAMPLE_LAG],
        strongest: { taps_lead_by: 3, n: 160, effective_n: 150.2, r: 0.61, low: 0.44, high: 0.74, rank_r: 0.58 },
        reason: null,
        note: 'Changes that come together, or one after the other, need not have to do with each other.',
      },
    },
  })
