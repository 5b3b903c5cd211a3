import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { TAG_UID_MAX } from '../domain/taps/tap.ts'
import { parseTokenId } from '../domain/tokens/identity.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { PriceService } from '../ports/prices.ts'
import type { TapStore } from '../ports/tap-store.ts'
import { type Taps, teamTaps } from './usecases/taps/taps.ts'

/** The taps of all teams, over a store that this does not close. @param parts.log a throttled one */
export function composeTaps(parts: {
  readonly store: TapStore
  readonly prices: Pick<PriceService, 'candles'>
  readonly clock: Clock
  readonly log: Log
}): Taps {
  return teamTaps({
    ...parts,
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    newEventId: randomUUID,
    randomUid,
    readTokenId: parseTokenId,
  })
}

/** From 1 to 2^63-1, each as likely as any other but the last, which stands for zero too. */
function randomUid(): string {
  const bits = randomBytes(8).readBigUInt64BE() & TAG_UID_MAX
  return String(bits === 0n ? TAG_UID_MAX : bits)
}
