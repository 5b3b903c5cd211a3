import type { Dispatcher } from 'undici/index.js'
import type { CandleSource } from '../../../ports/candle-source.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { TokenSource } from '../../../ports/token-source.ts'
import { type Engine, type EngineOptions, engine } from '../engine/engine.ts'

/** What every source's factory takes. */
export interface SourceOptions {
  /** Everything before the endpoint's path; the source's public address when left out. */
  readonly baseUrl?: string | undefined
  /** Requests in any 60 seconds; the source's own default when left out. */
  readonly perMinute?: number | undefined
  /** For one call, retries and the whole body included. */
  readonly timeoutMs?: number | undefined
  /** Sent as a header, never in an address or an error. Null for none. */
  readonly apiKey?: string | null | undefined
  readonly clock: Clock
  /** 0 to below 1, for jitter. */
  readonly random: () => number
  /** Stands in for the source's own connections. */
  readonly dispatcher?: Dispatcher | undefined
  /** Stands between the source and its engine. */
  readonly around?: ((engine: Engine) => Engine) | undefined
}

/** A source that holds connections until it is closed. */
export interface ClosableSource extends TokenSource {
  /** Past prices, where it keeps them. */
  readonly candles?: CandleSource
  close(): Promise<void>
}

/** What a source adds to the engine: where it lives, how fast it may be asked, what it wants to be told. */
export type SourceHabits = Pick<EngineOptions, 'baseUrl' | 'perMinute' | 'headers' | 'failures'>

const TIMEOUT_MS = 3_000

/** The engine of one source: its habits, overruled by what the operator configured. */
export function sourceEngine(habits: SourceHabits, options: SourceOptions): Engine {
  const own = engine({
    ...habits,
    baseUrl: options.baseUrl ?? habits.baseUrl,
    perMinute: options.perMinute ?? habits.perMinute,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    clock: options.clock,
    random: options.random,
    dispatcher: options.dispatcher,
  })
  return options.around?.(own) ?? own
}
