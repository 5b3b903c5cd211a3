import { z } from '@hono/zod-openapi'
import type { Interval } from '../../../domain/prices/candle.ts'
import * as examples from './history-examples.ts'

/** What a chart library calls each of our intervals, in both of its ways to write a day. */
export const RESOLUTIONS = {
  '1': '1m',
  '5': '5m',
  '15': '15m',
  '60': '1h',
  '240': '4h',
  '1D': '1d',
  '1W': '1w',
  '1M': '1M',
  D: '1d',
  W: '1w',
  M: '1M',
} as const satisfies Record<string, Interval>
export type Resolution = keyof typeof RESOLUTIONS
export const INTRADAY = ['1', '5', '15', '60', '240']
export const DAILY = ['1D', '1W', '1M']

/** More bars than any screen has columns; a library asks on for the rest. */
export const BARS_MAX = 5000
const SEARCH_MAX = 100
const SEARCH_DEFAULT = 30
const TEXT_MAX = 320
const CONTROL = /\p{Cc}/u

const text = z.string().refine((value) => value.length <= TEXT_MAX && !CONTROL.test(value), {
  error: `Up to ${TEXT_MAX} characters, none of them a control character.`,
})
const symbol = text
  .refine((value) => value.trim() !== '', { error: 'The ticker of a symbol that the search found.' })
  .openapi({ type: 'string', description: 'A ticker: the symbol of a coin, or the id of a token.', example: 'BTC' })

const seconds = (description: string) =>
  z
    .string()
    .regex(/^-?[0-9]{1,12}$/, { error: 'Whole seconds since 1970.' })
    .transform(Number)
    .optional()
    .openapi({ type: 'integer', description })

const countUpTo = (max: number, description: string) =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,9}$/, { error: 'A whole number above zero.' })
    .transform((value) => Math.min(Number(value), max))
    .optional()
    .openapi({ type: 'integer', minimum: 1, description })

export const SymbolQuery = z.object({ symbol })

export const UdfSearchQuery = z.object({
  query: text.default('').openapi({ type: 'string', description: 'Begin of a symbol, name or id; empty: all.' }),
  type: text
    .default('')
    .openapi({ type: 'string', description: '`crypto` or empty; there is nothing of another type.' }),
  exchange: text.default('').openapi({ type: 'string', description: '`coins`, a network, or empty for all.' }),
  limit: countUpTo(SEARCH_MAX, `At most ${SEARCH_MAX}; default ${SEARCH_DEFAULT}.`).default(SEARCH_DEFAULT),
})

export const BarsQuery = z.object({
  symbol,
  resolution: z
    .enum(Object.keys(RESOLUTIONS) as [Resolution, ...Resolution[]])
    .openapi({ description: 'Minutes, or days, weeks, months.', example: '1D' }),
  from: seconds('Bars that begin then or later. Not looked at with `countback`.'),
  to: seconds('Bars that begin before it. Default: now.'),
  countback: countUpTo(BARS_MAX, `So many bars before \`to\`, however far back they are; at most ${BARS_MAX}.`),
})

export const UdfConfigSchema = z
  .object({
    supported_resolutions: z.array(z.string()),
    supports_search: z.literal(true),
    supports_group_request: z.literal(false),
    supports_marks: z.literal(false),
    supports_timescale_marks: z.literal(false),
    supports_time: z.literal(true),
    exchanges: z.array(z.unknown()).openapi({ description: 'Empty: there is nothing to choose from.' }),
    symbols_types: z.array(z.unknown()).openapi({ description: 'Empty: there is nothing to choose from.' }),
  })
  .openapi('ChartConfig')

export const ChartSymbolSchema = z
  .object({
    name: z.string(),
    ticker: z.string(),
    description: z.string(),
    type: z.literal('crypto'),
    session: z.literal('24x7'),
    timezone: z.literal('Etc/UTC'),
    exchange: z.string(),
    listed_exchange: z.string(),
    currency_code: z.literal('USD'),
    format: z.literal('price'),
    minmov: z.int(),
    pricescale: z.int().openapi({ description: 'A price is shown to one part in so many.' }),
    has_intraday: z.boolean(),
    has_daily: z.boolean(),
    has_weekly_and_monthly: z.boolean(),
    intraday_multipliers: z.array(z.string()),
    supported_resolutions: z.array(z.string()),
    volume_precision: z.int(),
    data_status: z.enum(['streaming', 'endofday']),
  })
  .openapi('ChartSymbol', { example: examples.chartSymbol })

export const FoundSymbolSchema = z
  .object({
    symbol: z.string(),
    full_name: z.string(),
    description: z.string(),
    exchange: z.string(),
    ticker: z.string(),
    type: z.literal('crypto'),
  })
  .openapi('FoundSymbol', { example: examples.found })

const column = z.array(z.number())

export const BarsSchema = z
  .union([
    z
      .object({ s: z.literal('ok'), t: column, o: column, h: column, l: column, c: column, v: column.optional() })
      .openapi({
        description: '`t`: when each bar begins, Unix seconds. `v` is absent unless it is known of every bar.',
      }),
    z
      .object({ s: z.literal('no_data'), nextTime: z.int().optional() })
      .openapi({ description: '`nextTime`: when the newest bar before begins; absent: there is none.' }),
  ])
  .openapi('Bars', { example: examples.bars })
