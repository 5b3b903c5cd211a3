import type { AccessService } from '../../ports/access.ts'
import type { AttentionService } from '../../ports/attention.ts'
import type { BoardFeed } from '../../ports/board-feed.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { PriceService } from '../../ports/prices.ts'
import type { RateLimiter } from '../../ports/rate-limiter.ts'
import type { TokenService } from '../../ports/service.ts'
import type { TapFeed } from '../../ports/tap-feed.ts'
import type { TapService } from '../../ports/taps.ts'
import type { FloodLimits } from './access/floods.ts'
import { NO_KEYS } from './access/nobody.ts'
import type { AssetReader } from './assets.ts'
import type { StreamLimits } from './stream/limits.ts'

/** What the HTTP side of the service is made from. */
export interface HttpDeps {
  readonly service: TokenService
  readonly prices: PriceService
  readonly feed: BoardFeed
  /** Absent: nobody has a key, and what needs one cannot be had. */
  readonly access?: AccessDeps
  /** Absent: nothing is counted. */
  readonly taps?: TapService & AttentionService
  /** Absent: streams of taps cannot be had. */
  readonly tapFeed?: TapFeed
  /** How many analytics queries a key may make; absent: any number. */
  readonly queries?: RateLimiter
  readonly clock: Clock
  readonly log: Log
  /** Origins whose pages may read answers; `*` for any. */
  readonly allowedOrigins: readonly string[]
  readonly version: string
  readonly assets: AssetReader
  /** True once the process wants to end: answers then close their connection and /readyz refuses. */
  readonly draining: () => boolean
  /** Told the status of every answer. */
  readonly onAnswer?: (status: number) => void
  /** What differs from the usual limits of streams. */
  readonly streamLimits?: Partial<StreamLimits>
  /** 0 up to 1; absent: the runtime's own. */
  readonly random?: () => number
}

/** Who may do what. */
export interface AccessDeps {
  readonly service: AccessService
  /** Null: there are no routes of the operator. */
  readonly adminToken: string | null
  /** Whether live data and history are open to all. */
  readonly publicReads: boolean
  /** What differs from the usual limits of floods. */
  readonly floodLimits?: Partial<FloodLimits>
}

/** Nobody has a key, and everything that needs none is open. */
export const NOBODY: AccessDeps = { service: NO_KEYS, adminToken: null, publicReads: true }
