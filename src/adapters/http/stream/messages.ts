import type { z } from '@hono/zod-openapi'
import { isoOf } from '../bodies/time.ts'
import { type Frame, frameOf } from './frames.ts'
import { CHANNELS, CLIENT_MESSAGES, type ErrorFrame, OPS, type StreamErrorCode, type StreamParams } from './schemas.ts'
import type { Wish } from './subscription.ts'
import type { TapWish } from './tap-lists.ts'
import type { TapStreamParams } from './tap-schemas.ts'

/** A message of a client, understood. */
export type ClientMessage = z.output<(typeof CLIENT_MESSAGES)[keyof typeof CLIENT_MESSAGES]>

/** What is wrong with a message, as the client is told. */
export type Refusal = Omit<ErrorFrame, 'type'>

const DETAILS = {
  notJson: 'A message must be one JSON object.',
  op: `Known operations: ${OPS.join(', ')}.`,
  channel: `Known channels: ${CHANNELS.join(', ')}.`,
} as const

/** Reads a text message. What is wrong is told as precisely as it can be, and nothing of the client's is repeated but its id. */
export function readMessage(text: string): { readonly message: ClientMessage } | { readonly refusal: Refusal } {
  const body = parsed(text)
  if (body === null) return { refusal: { code: 'invalid_message', detail: DETAILS.notJson } }
  const id = typeof body['id'] === 'string' && body['id'].length <= 64 ? { id: body['id'] } : {}
  const schema = schemaOf(body)
  if (schema === null) return { refusal: { ...id, code: 'unknown_op', detail: DETAILS.op } }
  const read = schema.safeParse(withoutBadSince(body))
  return read.success ? { message: read.data } : { refusal: { ...id, ...refusalOf(read.error.issues) } }
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function schemaOf({ op, channel }: Readonly<Record<string, unknown>>) {
  if (op === 'subscribe' && channel === 'taps') return CLIENT_MESSAGES.subscribe_taps
  const known = OPS.find((one) => one === op)
  return known === undefined ? null : CLIENT_MESSAGES[known]
}

/** A position that is none cannot be honoured, like one that is gone: the list begins anew, and says so. */
function withoutBadSince(body: Readonly<Record<string, unknown>>): unknown {
  const { since, ...rest } = body
  const isGood = CLIENT_MESSAGES.subscribe.shape.since.safeParse(since).success
  return body['op'] === 'subscribe' && !isGood ? rest : body
}

interface Issue {
  readonly code?: string | undefined
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
}

function refusalOf(issues: readonly Issue[]): Pick<Refusal, 'code' | 'detail' | 'errors'> {
  if (issues.some(({ path }) => path[0] === 'channel')) return { code: 'unknown_channel', detail: DETAILS.channel }
  const errors = issues.flatMap(flawsOf)
  const code = issues.every(({ path }) => path[0] === 'params') ? 'invalid_parameter' : 'invalid_message'
  const names = errors.map(({ path }) => path).filter((path) => path !== '')
  return { code, detail: `Not valid: ${names.join(', ').slice(0, 200)}.`, errors }
}

const NAME_LENGTH_MAX = 64
const FLAWS_MAX = 20

function flawsOf({ code, path, message, keys }: Issue): { path: string; message: string }[] {
  const where = path.map(String)
  if (code !== 'unrecognized_keys') return [{ path: where.join('.'), message }]
  return (keys ?? [])
    .slice(0, FLAWS_MAX)
    .map((key) => ({ path: [...where, key.slice(0, NAME_LENGTH_MAX)].join('.'), message: 'Not known here.' }))
}

/** What the session has to follow. */
export function wishOf(id: string, params: StreamParams, since: Wish['since']): Wish {
  const { q, network, sort, order, window, limit, min_liquidity_usd, include } = params
  return {
    id,
    view: {
      q: q ?? null,
      network: network ?? null,
      sort,
      order,
      window,
      minLiquidityUsd: min_liquidity_usd ?? null,
    },
    limit,
    spark: include === 'spark' ? 'spark' : 'plain',
    since,
  }
}

/** What the session has to follow of the taps of its team. */
export function tapWishOf(id: string, { interval, tag }: TapStreamParams, since: TapWish['since']): TapWish {
  return { id, question: { interval, tag: tag ?? null }, since }
}

export function errorFrame(refusal: Refusal): Frame {
  return frameOf({ name: 'error', eventId: null }, JSON.stringify({ type: 'error', ...refusal }))
}

export function pongFrame(nowMs: number): Frame {
  return frameOf({ name: 'pong', eventId: null }, JSON.stringify({ type: 'pong', at: isoOf(nowMs) }))
}

export function unsubscribedFrame(id: string): Frame {
  return frameOf({ name: 'unsubscribed', eventId: null }, JSON.stringify({ type: 'unsubscribed', id }))
}

export type { StreamErrorCode }
