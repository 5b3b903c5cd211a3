import { ServiceError } from '../../domain/errors.ts'
import type { AttentionService } from '../../ports/attention.ts'
import type { RateLimiter } from '../../ports/rate-limiter.ts'
import type { TapService } from '../../ports/taps.ts'

/** A service that counts nothing: whoever asks is told so. */
export const NO_TAPS: TapService & AttentionService = {
  record: cannot,
  visit: cannot,
  tag: cannot,
  tags: cannot,
  addTag: cannot,
  changeTag: cannot,
  removeTag: cannot,
  checkAnalytics: cannot,
  analytics: cannot,
  checkAttention: cannot,
  attention: cannot,
}

async function cannot(): Promise<never> {
  throw new ServiceError('taps_unavailable', 'This service counts no taps.')
}

/** Where nothing is counted nothing is limited. */
export const NO_LIMIT: RateLimiter = {
  limit: 1,
  windowMs: 3_600_000,
  take: async () => ({ slot: '', left: 1, moreInMs: 0 }),
  giveBack: async () => {},
  look: async () => ({ left: 1, moreInMs: 0 }),
  close: async () => {},
}
