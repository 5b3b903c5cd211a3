import { randomInt, randomUUID } from 'node:crypto'
import { eip55Display } from '../adapters/address/eip55.ts'
import { redisBoard } from '../adapters/board/redis.ts'
import { memoryCache } from '../adapters/cache/memory.ts'
import { redisCache } from '../adapters/cache/redis.ts'
import { tieredCache } from '../adapters/cache/tiered.ts'
import { systemClock } from '../adapters/clock/system.ts'
import { httpApp } from '../adapters/http/app.ts'
import { folderAssets } from '../adapters/http/assets.ts'
import { pinoLog } from '../adapters/log/pino.ts'
import { throttled } from '../adapters/log/throttled.ts'
import { measuredSource } from '../adapters/metrics/measured-source.ts'
import type { SocketioServer } from '../adapters/socketio/server.ts'
import { mergeParameters } from '../domain/tokens/parameters.ts'
import type { AccessService } from '../ports/access.ts'
import type { Cache } from '../ports/cache.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { TapStore } from '../ports/tap-store.ts'
import { composeAccess } from './compose-access.ts'
import { type PriceHistory, priceHistory } from './compose-history.ts'
import { queryLimiter } from './compose-limits.ts'
import { processMetrics } from './compose-metrics.ts'
import { listenForSocketio } from './compose-socketio.ts'
import { SOURCES } from './compose-sources.ts'
import { type OpenTape, openTape } from './compose-tape.ts'
import { composeTaps } from './compose-taps.ts'
import { composeTapsLive } from './compose-taps-live.ts'
import type { Config } from './config.ts'
import { behindProxies } from './runtime/behind-proxies.ts'
import { priceService } from './usecases/prices/prices.ts'
import { type AgreedClock, agreedClock } from './usecases/tokens/agreed-clock.ts'
import { liveTokens } from './usecases/tokens/live-tokens.ts'
import { NEWS_FORMAT } from './usecases/tokens/news.ts'
import { publishingAlone } from './usecases/tokens/publishing.ts'
import type { TokenParts } from './usecases/tokens/settings.ts'
import { sharedBoard } from './usecases/tokens/shared-board.ts'

export type { AppType } from '../adapters/http/app.ts'

const CACHE_ENTRIES = 5_000
/** How long a dead instance can keep the others waiting for the next board. */
const LEASE_TTL_MS = 2_000
const ASSETS = new URL('../../assets/', import.meta.url).pathname

/** Parts that a test or the demo brings instead of the real ones. */
export interface Substitutes {
  readonly clock?: Clock
  readonly log?: Log
}

/** The whole service, put together and not yet running. The only place that knows which adapters there are. */
export interface Composition {
  readonly log: Log
  readonly http: Pick<ReturnType<typeof httpApp>, 'app' | 'fetch' | 'refuse'>
  /** Answers whoever asks for the figures of this process. */
  readonly metrics: (request: Request) => Promise<Response>
  /** Listens for Socket.IO clients; null when the configuration asks for no such thing. @throws the listen error as it is */
  readonly socketio: () => Promise<SocketioServer | null>
  /** Writes minutes of the past into the history where there are none. @returns how many were new @throws StoreUnavailable */
  readonly fillIn: PriceHistory['fillIn']
  /** Creates teams, keys and tags, and writes taps of the past, as the command line does. */
  readonly seeding: Seeding
  /** Begins to ask the sources, and to record what they say. */
  start(): void
  /** From now on /readyz refuses and answers close their connection; streams end. */
  drain(): void
  /** Ends everything that start() and the parts hold open. */
  close(): Promise<void>
}

export type Seeding = Pick<AccessService, 'createTeam' | 'issueKey'> & Pick<TapStore, 'importTags' | 'importTaps'>

/**
 * Opens nothing by itself but the connection to Redis and the history, which are tried in the background.
 * @throws FolderInUse when another process keeps its history in the same folder, ConfigError when there can be no tape
 */
export function compose(config: Config, version: string, substitutes: Substitutes = {}): Composition {
  const clock = agreedClock(substitutes.clock ?? systemClock())
  const log = substitutes.log ?? pinoLog({ level: config.logLevel })
  const quietLog = throttled(log, clock)
  // First, because these may refuse to start: nothing else is open then.
  const tape = openTape(config, { clock, log: quietLog })
  const history = priceHistory(config, { clock, log: quietLog })
  const access = composeAccess({ store: history.kept.access, clock, log: quietLog })
  const prices = priceService({ store: history.store, clock })
  const taps = composeTaps({ store: history.kept.taps, prices, clock, log: quietLog })
  const tapFeed = composeTapsLive({ store: history.kept.taps, clock, log: quietLog })
  const metrics = processMetrics()
  const limits = { clock, log: quietLog, keeper: history.kept.quotas, onAlone: metrics.onQuotaAlone }
  const queries = queryLimiter(config, limits)
  const cache = cacheOf(config, { clock, log: quietLog })
  const asked = sourcesOf(config, clock, tape).map((source) => measuredSource(source, metrics.questions))
  const board = boardOf(config, { clock, quietLog })
  const recording = tape?.record({ trends: history.trends, start: { epoch: board.parts.epoch, version } }) ?? null
  const sources = recording === null ? asked : asked.map(recording.source)
  const live = liveTokens({
    clock,
    log: quietLog,
    cache,
    sources,
    displayAddress: eip55Display(),
    parameters: mergeParameters(config.sources, config.staleLimitMs),
    watch: config.watch,
    cacheTtlMs: config.cacheTtlMs,
    refreshMs: config.refreshMs,
    trends: recording?.trends ?? history.trends,
    recording,
    ...board.parts,
  })
  let draining = false
  const http = httpApp({
    service: live.service,
    prices,
    feed: live.feed,
    access: { service: access, adminToken: config.adminToken, publicReads: config.publicReads },
    taps: taps.service,
    tapFeed,
    queries,
    clock,
    log,
    allowedOrigins: config.allowedOrigins,
    version,
    assets: folderAssets(ASSETS),
    draining: () => draining,
    onAnswer: metrics.onAnswer,
    streamLimits: { connectionsPerAddressMax: config.streamsPerAddress },
  })
  metrics.watch({
    head: live.service.head,
    streams: http.streams,
    nowMs: clock.nowMs,
    recording: history.figures,
    taps: taps.figures,
  })
  return {
    log,
    http: { app: http.app, fetch: behindProxies(http.fetch, config.proxyHops), refuse: http.refuse },
    metrics: metrics.fetch,
    socketio: () => listenForSocketio(config, { clock, log: quietLog, fetch: http.fetch }),
    fillIn: history.fillIn,
    seeding: {
      createTeam: access.createTeam,
      issueKey: access.issueKey,
      importTags: history.kept.taps.importTags,
      importTaps: history.kept.taps.importTaps,
    },
    start() {
      history.start(live.watch, sources.find(({ candles }) => candles !== undefined)?.candles ?? null)
      live.start()
    },
    drain() {
      draining = true
      http.drain()
    },
    async close() {
      await live.stop()
      http.flush()
      access.close()
      tapFeed.stop()
      // While there is still a store to write to.
      await Promise.all([taps.stop(), queries.close()])
      await Promise.all([history.close(), board.close(), cache.close(), ...sources.map((source) => source.close())])
      await tape?.close()
    },
  }
}

/** With Redis the instances share one board; without it there is this one. */
function boardOf({ redisUrl }: Config, { clock, quietLog }: { clock: AgreedClock; quietLog: Log }): BoardParts {
  if (redisUrl === null) {
    // No two runs of one process share a millisecond.
    const epoch = String(clock.nowMs())
    return { parts: { epoch, publishing: publishingAlone, wishes: null }, close: async () => {} }
  }
  const owner = randomUUID()
  const { wishes, close, ...shared } = redisBoard({
    url: redisUrl,
    log: quietLog,
    clock,
    owner,
    leaseTtlMs: LEASE_TTL_MS,
    keyPrefix: `tt:board:${NEWS_FORMAT}`,
  })
  const terms = { clock, log: quietLog, claimEveryMs: LEASE_TTL_MS / 4, nonce: randomUUID, ownEpoch }
  return {
    parts: {
      // Before every epoch that instances share, so that the first read brings whatever there is, without waiting.
      epoch: '0',
      publishing: (shelf, waiting) => sharedBoard(shelf, waiting, { ...shared, ...terms }),
      wishes,
    },
    close,
  }
}

/** Smaller than any epoch that instances share (those are milliseconds of our days), and hardly ever the same twice. */
function ownEpoch(): string {
  return String(randomInt(1, 1e12))
}

interface BoardParts {
  readonly parts: Pick<TokenParts, 'epoch' | 'publishing' | 'wishes'>
  readonly close: () => Promise<void>
}

function cacheOf({ redisUrl }: Config, parts: { readonly clock: Clock; readonly log: Log }): Cache {
  const local = memoryCache({ clock: parts.clock, maxEntries: CACHE_ENTRIES })
  return redisUrl === null ? local : tieredCache({ local, shared: redisCache({ url: redisUrl, ...parts }) })
}

function sourcesOf({ sources, sourceSettings, upstreamTimeoutMs }: Config, clock: Clock, tape: OpenTape | null) {
  const terms = { timeoutMs: upstreamTimeoutMs, clock, random: Math.random, around: tape?.around }
  return sources.map((name) => SOURCES[name]({ ...sourceSettings[name], ...terms }))
}
