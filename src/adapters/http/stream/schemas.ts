import { z } from '@hono/zod-openapi'
import { LIMIT_DEFAULT, ListQuery, limitUpTo } from '../schemas/query.ts'
import { Num, SourceStates, Time, TokenSchema } from '../schemas/token.ts'
import { TAP_FRAMES, TapStreamParams } from './tap-schemas.ts'

const STREAM_LIMIT_MAX = 1000
const MIN_LIQUIDITY_USD_MAX = 1e15
const ID_LENGTH_MAX = 64

const list = ListQuery.omit({ cursor: true, max_age_seconds: true })

/** Parameters of a list in a message. */
export const StreamParams = list.extend({
  limit: z.int().min(1).max(STREAM_LIMIT_MAX).default(LIMIT_DEFAULT),
  min_liquidity_usd: z.number().min(0).max(MIN_LIQUIDITY_USD_MAX).optional(),
})
export type StreamParams = z.output<typeof StreamParams>

const ticket = z.string().max(128).optional().openapi({
  description: 'Of `POST /v1/stream/tickets`, for clients that can set no header. Good once.',
})

/** What may stand in the address of the WebSocket. */
export const SocketQuery = z.strictObject({ ticket })

/** The same parameters in a query, where everything is text. */
export const StreamQuery = list.extend({ limit: limitUpTo(STREAM_LIMIT_MAX, 'Tokens in the list.'), ticket })

/** Of a stream of events about taps. */
export const TapStreamQuery = TapStreamParams.extend({
  ticket,
  since: z.string().max(96).optional().openapi({
    description: 'What `Last-Event-ID` says, for clients that can set no header. The header wins.',
  }),
})

/** A place in the history of the board. */
export const PositionSchema = z.strictObject({ epoch: z.string().max(64), seq: z.int().min(0) })
export type Position = Readonly<z.output<typeof PositionSchema>>

export const CHANNELS = ['tokens', 'taps'] as const
export const OPS = ['subscribe', 'unsubscribe', 'ping'] as const

const SubscriptionId = z.string().min(1).max(ID_LENGTH_MAX).meta({
  description:
    'Chosen by the client; every frame about this list carries it. Subscribing again under it replaces the list.',
})

const since = PositionSchema.optional().meta({
  description:
    'The last position of this list that the client has. A `since` that cannot be honoured is answered with `recovered: false`.',
})

/** What a client may send. */
export const CLIENT_MESSAGES = {
  subscribe: z.strictObject({
    op: z.literal('subscribe'),
    id: SubscriptionId,
    channel: z.literal('tokens'),
    params: StreamParams.prefault({}),
    since,
  }),
  subscribe_taps: z.strictObject({
    op: z.literal('subscribe'),
    id: SubscriptionId,
    channel: z.literal('taps').meta({ description: 'For connections that were opened with a key or a ticket.' }),
    params: TapStreamParams.prefault({}),
    since,
  }),
  unsubscribe: z.strictObject({ op: z.literal('unsubscribe'), id: SubscriptionId }),
  ping: z.strictObject({ op: z.literal('ping') }),
}

/** One token in a stream: a row of `/v1/tokens` without the amounts in SOL, which would change with every tick of SOL. */
export const StreamToken = TokenSchema.omit({ price_sol: true })
/** A whole row when it is new to the reader, otherwise its id and the changed keys. */
export const StreamUpsert = StreamToken.partial().required({ id: true })

const Id = z.string()
const Seq = z.int().min(0)
const TokenIds = z.array(z.string())

/** Codes of `error` frames: a closed list. */
export const STREAM_ERRORS = [
  'invalid_message',
  'unknown_op',
  'unknown_channel',
  'invalid_parameter',
  'unknown_subscription',
  'too_many_subscriptions',
  'too_many_views',
  'no_data',
  'key_required',
  'key_invalid',
  'tag_not_found',
  'taps_unavailable',
  'internal',
] as const
export type StreamErrorCode = (typeof STREAM_ERRORS)[number]

const FlawSchema = z.object({ path: z.string(), message: z.string() })

const eventOf = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({
    type: z.literal('event'),
    id: Id,
    kind: z.literal(kind),
    seq: Seq,
    at: z.iso.datetime(),
    token: z.string().meta({ description: 'Id of the token.' }),
    ...shape,
  })

/** What the service sends. */
export const SERVER_FRAMES = {
  subscribed: z.object({
    type: z.literal('subscribed'),
    id: Id,
    epoch: z.string(),
    seq: Seq,
    recovered: z.boolean().meta({
      description: 'True: the list goes on from `since` without a gap. False: a snapshot follows.',
    }),
  }),
  unsubscribed: z.object({ type: z.literal('unsubscribed'), id: Id }),
  snapshot: z.object({
    type: z.literal('snapshot'),
    id: Id,
    epoch: z.string(),
    seq: Seq,
    as_of: z.iso.datetime(),
    sol_usd: Num,
    sol_usd_observed_at: Time,
    sources: SourceStates,
    data: z.array(StreamToken),
  }),
  delta: z.object({
    type: z.literal('delta'),
    id: Id,
    from: Seq.meta({ description: 'Equals the last seq that the client has of this list.' }),
    seq: Seq,
    sol_usd: Num,
    upsert: z.array(StreamUpsert),
    remove: TokenIds,
    order: TokenIds.optional().meta({ description: 'All ids; only when the order does not follow from the rest.' }),
    conflated: z.int().min(1).optional().meta({
      description: 'How many versions of this list the reader never saw because it was slow or away.',
    }),
  }),
  price_change: eventOf('price_change', {
    price_usd: z.number(),
    change_pct: z.number().meta({ description: 'Against five minutes ago, percent.' }),
  }),
  volume_spike: eventOf('volume_spike', {
    volume_usd: z.number().meta({ description: 'Of the last five minutes.' }),
    factor: z.number().meta({ description: 'Times the pace of the hour before.' }),
  }),
  new_token: eventOf('new_token', { created_at: z.iso.datetime() }),
  heartbeat: z.object({
    type: z.literal('heartbeat'),
    seq: Seq.meta({ description: 'Every list of tokens of this connection stands at this position.' }),
    at: z.iso.datetime().meta({ description: 'When it was sent.' }),
    as_of: z.iso.datetime().meta({ description: 'When the newest board was made: quiet and dead differ here.' }),
    sources: SourceStates,
  }),
  ...TAP_FRAMES,
  pong: z.object({ type: z.literal('pong'), at: z.iso.datetime() }),
  error: z.object({
    type: z.literal('error'),
    id: Id.optional().meta({ description: 'Absent when it concerns no list.' }),
    code: z.enum(STREAM_ERRORS),
    detail: z.string(),
    errors: z.array(FlawSchema).optional().meta({ description: 'Each part that is wrong.' }),
  }),
}
export type ErrorFrame = z.output<typeof SERVER_FRAMES.error>

/** Any frame that the service sends. */
export const ServerFrame = z.union(Object.values(SERVER_FRAMES))
