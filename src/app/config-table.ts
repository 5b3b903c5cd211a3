import type { z } from 'zod'
import {
  baseUrl,
  filePath,
  flag,
  folderPath,
  hostName,
  listOf,
  oneOf,
  origins,
  queries,
  redisUrl,
  secretText,
  serverUrl,
  wholeNumber,
} from './config-kinds.ts'

export const SOURCE_NAMES = ['dexscreener', 'jupiter', 'geckoterminal', 'coingecko'] as const
export type SourceName = (typeof SOURCE_NAMES)[number]

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** One environment variable. */
export interface Variable {
  /** From the text to the value; its description says what the text must be. */
  readonly schema: z.ZodType<unknown, string>
  /** As it would be written in the environment; null: unset, and the value is null. */
  readonly fallback: string | null
  /** A sentence for operators, with the unit. */
  readonly about: string
  /** Its value is never shown. */
  readonly secret?: true
}

const perMinute = wholeNumber(1, 100_000)

/** Every environment variable of this service. README's table and .env.example are printed from it. */
export const VARIABLES = {
  PORT: { schema: wholeNumber(0, 65_535), fallback: '3000', about: 'TCP port to listen on; 0 takes any free one.' },
  HOST: {
    schema: hostName,
    fallback: '127.0.0.1',
    about: 'Address to listen on; 0.0.0.0 (all of them) in the container image.',
  },
  SOURCES: {
    schema: listOf(SOURCE_NAMES),
    fallback: 'dexscreener,jupiter,geckoterminal',
    about: 'Sources to ask. Their order is their precedence when the merge has to choose.',
  },
  DEXSCREENER_URL: {
    schema: baseUrl,
    fallback: 'https://api.dexscreener.com',
    about: 'Base URL of DexScreener: everything before the endpoint path.',
  },
  JUPITER_URL: {
    schema: baseUrl,
    fallback: 'https://api.jup.ag',
    about: 'Base URL of Jupiter: everything before the endpoint path.',
  },
  GECKOTERMINAL_URL: {
    schema: baseUrl,
    fallback: 'https://api.geckoterminal.com/api/v2',
    about: 'Base URL of GeckoTerminal: everything before the endpoint path, /api/v2 included.',
  },
  COINGECKO_URL: {
    schema: baseUrl,
    fallback: 'https://api.coingecko.com/api/v3',
    about: 'Base URL of CoinGecko: everything before the endpoint path, /api/v3 included.',
  },
  JUPITER_API_KEY: { schema: secretText(1), fallback: null, about: 'API key for Jupiter.', secret: true },
  COINGECKO_API_KEY: { schema: secretText(1), fallback: null, about: 'API key for CoinGecko.', secret: true },
  DEXSCREENER_PER_MINUTE: { schema: perMinute, fallback: '120', about: 'Most calls to DexScreener in a minute.' },
  JUPITER_PER_MINUTE: { schema: perMinute, fallback: '24', about: 'Most calls to Jupiter in a minute.' },
  GECKOTERMINAL_PER_MINUTE: { schema: perMinute, fallback: '6', about: 'Most calls to GeckoTerminal in a minute.' },
  COINGECKO_PER_MINUTE: { schema: perMinute, fallback: '5', about: 'Most calls to CoinGecko in a minute.' },
  UPSTREAM_TIMEOUT_MS: {
    schema: wholeNumber(50, 60_000),
    fallback: '3000',
    about: 'Milliseconds that one question to a source may take in all, its body and retries included.',
  },
  WATCH: { schema: queries, fallback: 'SOL', about: 'Queries that are kept fresh on the board at all times.' },
  CACHE_TTL_SECONDS: {
    schema: wholeNumber(1, 3600),
    fallback: '30',
    about: "Seconds for which a source's answer counts as fresh.",
  },
  REFRESH_SECONDS: {
    schema: wholeNumber(1, 3600),
    fallback: '10',
    about: 'Seconds between two refreshes of what is in use.',
  },
  STALE_LIMIT_SECONDS: {
    schema: wholeNumber(1, 86_400),
    fallback: '900',
    about: 'Seconds after which an old price is refused instead of shown with its age.',
  },
  REDIS_URL: {
    schema: redisUrl,
    fallback: null,
    about:
      'Redis, or a Redis Cluster, for what instances share: the board and the cache. Without it each process has its own.',
    secret: true,
  },
  ALLOWED_ORIGINS: {
    schema: origins,
    fallback: null,
    about: 'Web origins whose pages may read the API from a browser; unset: only its own.',
  },
  STREAMS_PER_ADDRESS: {
    schema: wholeNumber(1, 20_000),
    fallback: '20',
    about:
      'Streams, over WebSocket and server-sent events together, that one client address may hold open at each instance. Behind a reverse proxy all clients have the address of the proxy, unless PROXY_HOPS is set: there it is how many all of them may.',
  },
  PROXY_HOPS: {
    schema: wholeNumber(0, 10),
    fallback: '0',
    about:
      'Reverse proxies in front of this service, each of which adds the address it sees to X-Forwarded-For: with n, a client has the n-th address from the right. 0: that header is never believed. Set it only where nobody reaches the port past the proxies.',
  },
  SOCKETIO_PORT: {
    schema: wholeNumber(0, 65_535),
    fallback: null,
    about: 'TCP port for Socket.IO clients, on Node only; 0 takes any free one, unset: there is none.',
  },
  LOG_LEVEL: { schema: oneOf(LOG_LEVELS), fallback: 'info', about: 'Least severity that is logged.' },
  METRICS_PORT: {
    schema: wholeNumber(0, 65_535),
    fallback: null,
    about: 'TCP port of `/metrics` for Prometheus, on 127.0.0.1 only; 0 takes any free one, unset: there is none.',
  },
  DATABASE_URL: {
    schema: serverUrl('postgres', 'postgresql'),
    fallback: null,
    about: 'PostgreSQL for the history; without it an embedded engine.',
    secret: true,
  },
  DATA_DIR: {
    schema: folderPath,
    fallback: './data',
    about: 'Folder of the embedded engine, for one process alone; `none`: without DATABASE_URL no history is kept.',
  },
  TAPE: {
    schema: filePath,
    fallback: null,
    about:
      'File to which everything that the sources answer is added, for `replay`: see docs/tape.md. Not with REDIS_URL; unset: none is written.',
  },
  TAPE_MEGABYTES: {
    schema: wholeNumber(1, 1_000_000),
    fallback: '1000',
    about: 'Size at which the tape ends, in millions of bytes.',
  },
  ADMIN_TOKEN: {
    schema: secretText(16),
    fallback: null,
    about: 'Bearer token of the admin routes; without it there are none.',
    secret: true,
  },
  PUBLIC_READS: {
    schema: flag,
    fallback: 'true',
    about:
      'Whether live data and history are open to all; false: a key is needed, and the page at `/`, which has none, shows nothing.',
  },
  QUERIES_PER_HOUR: {
    schema: wholeNumber(1, 1_000_000),
    fallback: '100',
    about: 'Analytics queries that one key may make in any rolling window.',
  },
  QUOTA_WINDOW_SECONDS: {
    schema: wholeNumber(1, 86_400),
    fallback: '3600',
    about: 'Length of that window in seconds; below 60 only with NODE_ENV=test.',
  },
} as const satisfies Record<string, Variable>

export type VariableName = keyof typeof VARIABLES
export const VARIABLE_NAMES = Object.keys(VARIABLES) as readonly VariableName[]

type ValueOf<V extends Variable> = z.output<V['schema']> | (V['fallback'] extends null ? null : never)
/** The values by variable, defaults filled in. */
export type Values = { readonly [Name in VariableName]: ValueOf<(typeof VARIABLES)[Name]> }
