import { ServiceError } from '../../../domain/errors.ts'
import type { TapFeed } from '../../../ports/tap-feed.ts'

/** A service that counts no taps. */
export const NO_TAP_FEED: TapFeed = {
  async open() {
    throw new ServiceError('taps_unavailable', 'This service keeps no taps.')
  },
  onNews: () => () => {},
}
