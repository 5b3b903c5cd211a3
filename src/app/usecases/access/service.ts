import { hasChecksum } from '../../../domain/access/secret.ts'
import { endOf, type Holder } from '../../../domain/access/team.ts'
import type { AccessService } from '../../../ports/access.ts'
import type { AccessStore } from '../../../ports/access-store.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import { administration } from './administration.ts'
import { holders } from './holders.ts'
import { keepingUp } from './keeping-up.ts'
import { orUnavailable } from './store-away.ts'
import { tickets } from './tickets.ts'
import { watches } from './watches.ts'

export interface AccessParts {
  readonly store: AccessStore
  readonly clock: Clock
  readonly log: Log
  /** SHA-256, as 64 hexadecimal digits. */
  readonly digest: (text: string) => string
  /** Bytes that nobody can guess. */
  readonly randomBytes: (count: number) => Uint8Array
}

/**
 * Who may ask what. A key that was accepted is remembered for 30 seconds at most, and only as long as the store says
 * that nothing has changed; whether it is over by the clock is checked each time.
 */
export function accessService(parts: AccessParts): AccessService & { close(): void } {
  const { store, clock, log, digest } = parts
  const cache = holders({ store, clock, onKept: () => upkeep.wake() })
  const watched = watches(store, (error) => log.error('the end of a key could not be told', { error }))
  const upkeep = keepingUp({ store, clock, log, holders: cache, watches: watched })
  const valid = (holder: Holder | null) => (holder === null || endOf(holder.key) <= clock.nowMs() ? null : holder)
  const known = (secret: string) => {
    if (!hasChecksum('key', secret)) return null
    const holder = cache.known(digest(secret))
    return holder === undefined ? undefined : valid(holder)
  }
  return {
    known,
    async holder(secret) {
      const holder = known(secret)
      return holder === undefined ? valid(await orUnavailable(cache.ask(digest(secret)))) : holder
    },
    watch(key, onEnd) {
      const stop = watched.add(key, onEnd)
      upkeep.wake()
      return stop
    },
    ...tickets(parts),
    ...administration(parts, upkeep.changed),
    close: upkeep.stop,
  }
}
