import { randomOf } from './random.ts'
import { track } from './track.ts'
import { type Gait, nextSample, type Sample } from './walk.ts'

const MINUTE_MS = 60_000
/** A day, and an hour to spare for sources that lag and for answers that are cached. */
const MINUTES_KEPT = 25 * 60
/** Every tick of this long is kept, so that a source may lag by seconds. */
const TICKS_KEPT_MS = 12_000

/** The past and present of one token. */
export interface History {
  now(): Sample
  /**
   * What was true then: to the tick for the last seconds, to the minute for the last 25 hours.
   * Before all that is known it is the oldest sample, whose counters make a window as long as the token is old.
   */
  at(atMs: number): Sample
  /** The samples kept per minute, oldest first. */
  minutes(): Sample[]
  tick(): void
}

export interface Span {
  /** Names the stream of randomness. */
  readonly label: string
  readonly bornMs: number
  readonly startMs: number
  readonly stepMs: number
}

/** Lives through the last day minute by minute, then waits to be ticked. */
export function history(gait: Gait, { label, bornMs, startMs, stepMs }: Span): History {
  const random = randomOf(label, 'walk')
  const minutes = track(MINUTES_KEPT)
  const ticks = track(Math.ceil(TICKS_KEPT_MS / stepMs) + 2)
  const livedMinutes = Math.max(1, Math.min(MINUTES_KEPT - 1, Math.floor((startMs - bornMs) / MINUTE_MS)))
  let last: Sample = {
    atMs: startMs - livedMinutes * MINUTE_MS,
    priceUsd: gait.startUsd,
    volumeUsd: 0,
    buys: 0,
    sells: 0,
  }
  let keptMs = last.atMs
  minutes.push(last)
  const move = (byMs: number) => {
    last = nextSample(last, gait, { stepMs: byMs, random })
    if (last.atMs - keptMs < MINUTE_MS) return
    minutes.push(last)
    keptMs = last.atMs
  }
  const tick = () => {
    move(stepMs)
    ticks.push(last)
  }
  // The last seconds are lived tick by tick, so that from the start a source lags by seconds and not by a minute.
  const fineTicks = Math.floor(TICKS_KEPT_MS / stepMs)
  for (let i = 1; i < livedMinutes; i++) move(MINUTE_MS)
  move(MINUTE_MS - fineTicks * stepMs)
  ticks.push(last)
  for (let i = 0; i < fineTicks; i++) tick()
  return {
    now: () => last,
    at: (atMs) => ticks.at(atMs) ?? minutes.at(atMs) ?? minutes.first() ?? last,
    minutes: minutes.all,
    tick,
  }
}
