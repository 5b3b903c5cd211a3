import type { Dispatcher } from 'undici/index.js'
import { SourceError, type SourceFailure } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import { AttemptError } from './attempt-error.ts'
import { circuit } from './circuit.ts'
import { type Deadline, deadline } from './deadline.ts'
import { exchange, type Reply } from './exchange.ts'
import { guardedAgent } from './guarded-agent.ts'
import { schedule } from './schedule.ts'

const BYTES_MAX = 2_000_000
const RETRIES_MAX = 1
const RETRY_PAUSE_MS_MAX = 500

export interface EngineOptions {
  /** Everything before the endpoint's path. The host of every request comes from here and from nowhere else. */
  readonly baseUrl: string
  /** Requests in any 60 seconds, retries included. */
  readonly perMinute: number
  /** For a whole call: connecting, retries, and the last byte of the body. */
  readonly timeoutMs: number
  /** Sent with each request; may hold a key. */
  readonly headers: Readonly<Record<string, string>>
  readonly clock: Clock
  /** 0 to below 1, for jitter. */
  readonly random: () => number
  readonly failures?: Readonly<Partial<Record<number, SourceFailure>>> | undefined
  /** Stands in for our own connection pool; who brings one closes it. */
  readonly dispatcher?: Dispatcher | undefined
}

/** The one way to a source: paced, bounded, retried with care, and never redirected. */
export interface Engine {
  /**
   * @param path begins with `/`; query included, already encoded
   * @throws SourceError with the reason: what the source did, or why we did not ask
   */
  get(path: string, signal: AbortSignal): Promise<Reply>
  /** The same, for a request that continues a call: it is made when permitted, as a retry is. */
  getFurther(path: string, signal: AbortSignal): Promise<Reply>
  /** @param permit asked before each request but the first of a call; without one all are permitted */
  permitFurther(permit: () => Promise<boolean>): void
  /** Requests allowed in any 60 seconds. */
  readonly perMinute: number
  /** Calls that could start now. */
  callsLeft(): number
  /** Drops the connections. A call under way or later fails with `network`. */
  close(): Promise<void>
}

/** Makes the engine of one source. It opens no connection before the first call. */
export function engine(options: EngineOptions): Engine {
  const { clock } = options
  const plan = schedule(options)
  const breaker = circuit(clock)
  const dispatcher = options.dispatcher ?? guardedAgent(options.timeoutMs)
  let isPermitted = async () => true
  const base = options.baseUrl.replace(/\/+$/, '')

  const attempt = (path: string, signal: AbortSignal) => {
    plan.take()
    return exchange({
      url: new URL(base + path),
      headers: options.headers,
      dispatcher,
      signal,
      bytesMax: BYTES_MAX,
      nowMs: () => clock.nowMs(),
      failures: options.failures ?? {},
      heard: plan.heard,
    })
  }
  const persist = async (path: string, limit: Deadline): Promise<Reply> => {
    for (let retries = 0; ; retries++) {
      try {
        return await attempt(path, limit.signal)
      } catch (error) {
        const transient = error instanceof AttemptError && error.transient
        if (!transient || retries === RETRIES_MAX || plan.left() === 0) throw error
        await limit.pause(options.random() * RETRY_PAUSE_MS_MAX)
        if (limit.signal.aborted || plan.left() === 0 || !(await isPermitted())) throw error
      }
    }
  }
  const get: Engine['get'] = async (path, signal) => {
    if (signal.aborted) throw new SourceError('timeout', 'the caller gave up before the call began')
    // Asked before the circuit: a call that never starts must not use up the one that tries the source again.
    const refused = breaker.admits() > 0 ? plan.refusal() : null
    if (refused !== null) throw refused
    const limit = deadline(clock, options.timeoutMs, signal)
    try {
      return await breaker.run(() => persist(path, limit))
    } catch (error) {
      throw error instanceof SourceError ? error : new SourceError('network', 'the call failed', { cause: error })
    } finally {
      limit.clear()
    }
  }
  return {
    get,
    async getFurther(path, signal) {
      if (await isPermitted()) return get(path, signal)
      throw new SourceError('budget_spent', 'no further request is permitted')
    },
    permitFurther(permit) {
      isPermitted = permit
    },
    perMinute: options.perMinute,
    callsLeft: () => Math.min(plan.left(), breaker.admits()),
    close: async () => {
      if (options.dispatcher === undefined) await dispatcher.destroy()
    },
  }
}
