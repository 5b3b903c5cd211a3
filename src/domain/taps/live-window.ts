import { DAY_MS, HOUR_MS, MINUTE_MS } from '../calendar.ts'

/** Buckets of UTC, in which live taps are counted. */
export const TAP_LIVE_INTERVALS = ['minute', 'hour', 'day'] as const
export type TapLiveInterval = (typeof TAP_LIVE_INTERVALS)[number]

/** How many buckets are shown, the one that is not over included. */
export const TAP_LIVE_BUCKETS = { minute: 60, hour: 48, day: 30 } as const satisfies Record<TapLiveInterval, number>

export const TAP_BUCKET_MS = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS } as const satisfies Record<
  TapLiveInterval,
  number
>

/** Begin of the bucket that holds a moment. All times are Unix milliseconds. */
export function bucketOf(interval: TapLiveInterval, ms: number): number {
  return Math.floor(ms / TAP_BUCKET_MS[interval]) * TAP_BUCKET_MS[interval]
}

/** Begin of the oldest bucket that is shown. */
export function windowStartOf(interval: TapLiveInterval, nowMs: number): number {
  return bucketOf(interval, nowMs) - (TAP_LIVE_BUCKETS[interval] - 1) * TAP_BUCKET_MS[interval]
}

/** Buckets next to each other: bounds of one question, with nothing in between that nobody wants to know. */
export function stretchesOf(interval: TapLiveInterval, buckets: Iterable<number>): readonly (readonly number[])[] {
  const lengthMs = TAP_BUCKET_MS[interval]
  const stretches: number[][] = []
  for (const bucketMs of [...buckets].sort((a, b) => a - b)) {
    const last = stretches.at(-1)
    if (last?.at(-1) === bucketMs) last.push(bucketMs + lengthMs)
    else stretches.push([bucketMs, bucketMs + lengthMs])
  }
  return stretches
}
