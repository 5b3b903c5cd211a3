import { type ErrorCode, ServiceError } from '../../../domain/errors.ts'
import type { SocketEvents, StreamSocket } from '../../../ports/caller.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { Visitor } from './crowd.ts'
import type { StreamHub } from './hub.ts'
import { CLOSE, type StreamLimits } from './limits.ts'
import {
  type ClientMessage,
  errorFrame,
  pongFrame,
  type Refusal,
  readMessage,
  tapWishOf,
  unsubscribedFrame,
  wishOf,
} from './messages.ts'
import { STREAM_ERRORS, type StreamErrorCode } from './schemas.ts'
import type { Session } from './session.ts'

export interface ConversationDeps {
  readonly hub: StreamHub
  readonly clock: Clock
  readonly log: Log
  readonly limits: StreamLimits
}

/** What is said over one WebSocket: reads what the client sends and answers it. */
export function conversation(socket: StreamSocket, visitor: Visitor, deps: ConversationDeps): SocketEvents {
  const { hub, clock, log, limits } = deps
  const opened = hub.open(socket, visitor)
  if (opened === 'too_many') {
    socket.close(CLOSE.tooMany, 'too many connections')
    return SILENT
  }
  const isFlood = floodGuard(clock, limits.messagesPerSecondMax)
  /** True when the client may be listened to. */
  const isCalm = () => {
    if (!isFlood()) return true
    opened.end(CLOSE.policy, `more than ${limits.messagesPerSecondMax} messages a second`)
    return false
  }
  const answer = (message: ClientMessage): void | Promise<void> => {
    if (message.op === 'ping') opened.reply(pongFrame(clock.nowMs()))
    else if (message.op === 'subscribe') return subscribe(opened, message, limits)
    else if (opened.unsubscribe(message.id)) opened.reply(unsubscribedFrame(message.id))
    else throw new Refused({ id: message.id, code: 'unknown_subscription', detail: 'There is no list of this id.' })
  }
  const refuse = (message: ClientMessage, error: unknown) => {
    const refusal = refusalOf(error, 'id' in message ? message.id : null)
    if (refusal.code === 'internal') log.error('a message failed', { error })
    opened.reply(errorFrame(refusal))
  }
  const listen = (text: string) => {
    const read = readMessage(text)
    if ('refusal' in read) return opened.reply(errorFrame(read.refusal))
    const { message } = read
    try {
      answer(message)?.catch((error: unknown) => refuse(message, error))
    } catch (error) {
      refuse(message, error)
    }
  }
  return {
    text(message) {
      if (!isCalm()) return
      if (Buffer.byteLength(message) <= limits.messageBytesMax) listen(message)
      else opened.end(CLOSE.tooLarge, `more than ${limits.messageBytesMax} bytes`)
    },
    binary: () => opened.end(CLOSE.notText, 'messages are text'),
    pinged: () => void isCalm(),
    ponged: () => opened.alive(),
    closed: () => opened.gone(),
  }
}

const SILENT: SocketEvents = { text() {}, binary() {}, pinged() {}, ponged() {}, closed() {} }

/** @returns a promise where it has to be waited for */
function subscribe(
  to: Session,
  message: Extract<ClientMessage, { op: 'subscribe' }>,
  { subscriptionsMax }: StreamLimits,
): void | Promise<void> {
  const { id, since = null } = message
  if (!to.has(id) && to.subscriptions() >= subscriptionsMax) {
    throw new Refused({
      id,
      code: 'too_many_subscriptions',
      detail: `At most ${subscriptionsMax} lists on a connection.`,
    })
  }
  if (message.channel === 'taps') return to.followTaps(tapWishOf(id, message.params, since))
  to.subscribe(wishOf(id, message.params, since))
}

/** A message that is understood and cannot be granted. */
class Refused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.detail)
    this.refusal = refusal
  }
}

function refusalOf(error: unknown, id: string | null): Refusal {
  if (error instanceof Refused) return error.refusal
  const of = id === null ? {} : { id }
  if (error instanceof ServiceError && isTold(error.code)) return { ...of, code: error.code, detail: error.message }
  return { ...of, code: 'internal', detail: 'Something went wrong on our side.' }
}

function isTold(code: ErrorCode | StreamErrorCode): code is StreamErrorCode {
  return (STREAM_ERRORS as readonly string[]).includes(code)
}

/** @returns a function to call for each message: true when it is one too many within a second */
function floodGuard(clock: Clock, perSecond: number): () => boolean {
  const times = new Array<number>(perSecond).fill(Number.NEGATIVE_INFINITY)
  let next = 0
  return () => {
    const nowMs = clock.monotonicMs()
    const isFlood = nowMs - (times[next] ?? 0) < 1000
    times[next] = nowMs
    next = (next + 1) % perSecond
    return isFlood
  }
}
