import { randomUUID } from 'node:crypto'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { TapFeed } from '../ports/tap-feed.ts'
import type { TapStore } from '../ports/tap-store.ts'
import { liveTaps } from './usecases/taps-live/taps-live.ts'

/** What streams of taps follow, over a store that this does not close. @param parts.log a throttled one */
export function composeTapsLive(parts: {
  readonly store: TapStore
  readonly clock: Clock
  readonly log: Log
}): TapFeed & { stop(): void } {
  return liveTaps({ ...parts, newEpoch: randomUUID })
}
