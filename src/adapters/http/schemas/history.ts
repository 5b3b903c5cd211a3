import { z } from '@hono/zod-openapi'
import { type NotATime, parseDate, parseLooseDate, parseWhen } from '../../../domain/calendar.ts'
import { FILLS, INTERVALS } from '../../../domain/prices/candle.ts'
import * as examples from './history-examples.ts'
import { limitUpTo } from './query.ts'
import { Num } from './token.ts'

export const CANDLES_MAX = 1000
const CANDLES_DEFAULT = 300
const COINS_MAX = 1000
const COINS_DEFAULT = 100
const CONTROL = /\p{Cc}/u
const NAME_LENGTH_MAX = 200
/** A cursor names a row, whose symbol may be long. */
const CURSOR = /^[0-9a-z-]{1,3700}$/

/** A text that a reader turns into a value, or says why it cannot. */
function read<T>(parse: (text: string) => T | NotATime) {
  return z.string().transform((text, context): T => {
    const value = parse(text)
    if (!isFlaw(value)) return value
    context.addIssue({ code: 'custom', message: value.flaw })
    return z.NEVER
  })
}

function isFlaw(value: unknown): value is NotATime {
  return typeof value === 'object' && value !== null && 'flaw' in value
}

/** One or more symbols. What no coin can be called is refused here, and never reaches the store. */
const symbols = z
  .string()
  .refine((text) => !CONTROL.test(text), { error: 'Symbols have no control characters.' })
  .transform((text) => text.split(',').map((symbol) => symbol.trim()))
  .transform((texts) => texts.filter((symbol) => symbol !== ''))
  .refine((texts) => texts.length > 0, { error: 'One symbol or more, with commas between: btc,aave.' })

export const OLD_ORDERS = [
  'crypto',
  'symbol',
  'price',
  '24h',
  '7d',
  '1m',
  '24h-volume',
  'market-cap',
  'market_cap',
] as const

/** `GET /dashboard`: unknown keys are ignored, as its clients expect. */
export const DashboardQuery = z.object({
  id: symbols
    .optional()
    .openapi({ type: 'string', description: 'Symbols, or `all`, the default.', example: 'btc,aave' }),
  date: read(parseLooseDate)
    .optional()
    .openapi({ type: 'string', description: 'UTC. Default: today.', example: '2021-11-9' }),
  order_by: z.enum(OLD_ORDERS).optional().openapi({ description: 'Default: the order of `id`, or by symbol.' }),
  order_type: z.enum(['asc', 'desc']).optional().openapi({ description: 'Default: asc.' }),
})

export const DashboardRowSchema = z
  .object({
    crypto: z.string(),
    symbol: z.string(),
    price: z.number().openapi({ description: 'USD, at the end of the day.' }),
    '24h': Num.openapi({ description: 'Percent against the record of exactly one day before.' }),
    '7d': Num,
    '1m': Num.openapi({ description: '30 days.' }),
    '24h-volume': Num.openapi({ description: 'USD; 0 when the file had nothing.' }),
    'market-cap': Num.openapi({ description: 'USD; 0 when the file had nothing.' }),
  })
  .openapi('DashboardRow', { example: examples.dashboardRow })

/** `GET /search` */
export const SearchQuery = z.object({
  name: z
    .string()
    .trim()
    .refine((text) => text.length >= 1 && text.length <= NAME_LENGTH_MAX && !CONTROL.test(text), {
      error: `1 to ${NAME_LENGTH_MAX} characters, none of them a control character.`,
    })
    .openapi({ type: 'string', description: 'A name, or else a symbol, whatever the case.', example: 'btc' }),
})
export const FoundCoinSchema = z
  .object({ name: z.string(), symbol: z.string() })
  .openapi('FoundCoin', { example: { name: 'Bitcoin', symbol: 'BTC' } })

const format = z
  .enum(['json', 'csv'])
  .default('json')
  .openapi({ description: '`csv`: the same rows with a line of names; the cursor is in `x-next-cursor`.' })
const cursor = z
  .string()
  .regex(CURSOR, { error: 'Not a cursor of this service.' })
  .optional()
  .openapi({ description: 'Text of an earlier page, with otherwise the same parameters.' })

export const COIN_SORTS = ['symbol', 'name', 'price', '24h', '7d', '30d', 'volume', 'market_cap'] as const

/** `GET /v1/coins` */
export const CoinsQuery = z.strictObject({
  date: read(parseDate)
    .optional()
    .openapi({ type: 'string', format: 'date', description: 'UTC. Default: today.', example: '2021-07-06' }),
  ids: symbols
    .optional()
    .openapi({ type: 'string', description: 'Only these symbols. Default: all.', example: 'btc,eth' }),
  sort: z
    .enum(COIN_SORTS)
    .optional()
    .openapi({ description: 'Unknown values come last. Default: the order of `ids`, or by symbol.' }),
  order: z
    .enum(['asc', 'desc'])
    .optional()
    .openapi({ description: 'Default: `asc` for symbols and names, `desc` for numbers.' }),
  limit: limitUpTo(COINS_MAX, 'Coins per page.', COINS_DEFAULT),
  cursor,
  format,
})

const date = z.iso.date()

export const CoinSchema = z
  .object({
    symbol: z.string(),
    name: z.string(),
    date: date.openapi({ description: 'Of its record: at most 30 days before the day asked for.' }),
    price_usd: z.number().openapi({ description: 'At the end of that day (UTC).' }),
    change_pct: z
      .object({ '24h': Num, '7d': Num, '30d': Num })
      .openapi({ description: 'Against the record of exactly so many days before; null without one.' }),
    volume_usd: Num,
    market_cap_usd: Num,
  })
  .openapi('Coin', { example: examples.coin })

export const CoinsSchema = z
  .object({
    data: z.array(CoinSchema),
    date: date.openapi({ description: 'The day asked for.' }),
    next_cursor: z.string().nullable().openapi({ description: 'Null on the last page.' }),
  })
  .openapi('CoinPage', { example: { data: [examples.coin], date: '2021-07-06', next_cursor: null } })

export const CoinDetailSchema = CoinSchema.extend({
  first_date: date.openapi({ description: 'Of its first record.' }),
  last_date: date.openapi({ description: 'Of its last record, which the values are of.' }),
}).openapi('CoinDetail', { example: examples.coinDetail })

/** `{symbol}` of a path. */
export const CoinParams = z.strictObject({
  symbol: z
    .string()
    .openapi({ param: { name: 'symbol', in: 'path' }, description: 'Whatever the case.', example: 'BTC' }),
})

const moment = (description: string) =>
  read(parseWhen).optional().openapi({ type: 'string', description, example: '2021-01-01T00:00:00Z' })

/** Candles, of whatever. */
export const CandleQuery = z.strictObject({
  interval: z
    .enum(INTERVALS)
    .default('1d')
    .openapi({ description: '`1w` begins on Monday; `1M` is a calendar month.' }),
  from: moment(
    'Candles that begin then or later. An instant with its zone, or a date: its midnight in `tz`. Default: the first record.',
  ),
  to: moment('Candles that begin before it. Default: now.'),
  tz: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/, { error: 'A time zone of the IANA list, as Europe/Berlin is.' })
    .default('UTC')
    .openapi({
      description: 'Where days, weeks and months begin. Coins, which are recorded by UTC days, have UTC only.',
    }),
  limit: limitUpTo(
    CANDLES_MAX,
    'Candles per page. A page may be shorter; only a null cursor is the end.',
    CANDLES_DEFAULT,
  ),
  cursor,
  fill: z.enum(FILLS).default('none').openapi({
    description:
      'Candles without records, from the first record on, whose time is over: left out, shown with null, or standing at the close before them.',
  }),
  as_of: moment('What was published at that time, however often it was corrected since. A date is its 00:00 UTC.'),
  format,
})

export const CandleSchema = z
  .object({
    open_time: z.iso.datetime(),
    open: Num,
    high: Num,
    low: Num,
    close: Num,
    volume: Num.openapi({ description: 'USD; null when nobody knows.' }),
    market_cap: Num.openapi({ description: 'USD, of the last record in it.' }),
    closed: z.boolean().openapi({ description: 'Its time is over. It changes no more without a higher revision.' }),
    coverage: z.number().min(0).max(1).openapi({ description: 'Records in it by records that its time has room for.' }),
    revision: z
      .int()
      .openapi({ description: 'Grows with every record that is added or corrected; 0 without records.' }),
  })
  .openapi('Candle', { example: examples.candle })

export const CandlesSchema = z
  .object({ data: z.array(CandleSchema), next_cursor: z.string().nullable() })
  .openapi('CandlePage', { example: { data: [examples.candle], next_cursor: null } })
