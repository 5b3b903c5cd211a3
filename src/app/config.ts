import {
  type LogLevel,
  type SourceName,
  VARIABLE_NAMES,
  VARIABLES,
  type Values,
  type VariableName,
} from './config-table.ts'

export { type LogLevel, SOURCE_NAMES, type SourceName } from './config-table.ts'

/** The environment as a process has it. */
export type Environment = Readonly<Record<string, string | undefined>>

export interface SourceSettings {
  /** No trailing slash. */
  readonly baseUrl: string
  readonly perMinute: number
  /** Null: ask without one. */
  readonly apiKey: string | null
}

/** How this process is to run; read once and passed on. Null: the thing is not wanted. */
export interface Config {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** The ones to ask, by precedence. */
  readonly sources: readonly SourceName[]
  /** All of them, asked or not. */
  readonly sourceSettings: Readonly<Record<SourceName, SourceSettings>>
  readonly upstreamTimeoutMs: number
  readonly watch: readonly string[]
  readonly cacheTtlMs: number
  readonly refreshMs: number
  readonly staleLimitMs: number
  readonly redisUrl: string | null
  readonly allowedOrigins: readonly string[]
  /** That one client address may hold at this instance. */
  readonly streamsPerAddress: number
  /** Reverse proxies whose word on addresses is believed. */
  readonly proxyHops: number
  /** For Socket.IO clients; 0: any free one. */
  readonly socketioPort: number | null
  readonly logLevel: LogLevel
  readonly metricsPort: number | null
  readonly databaseUrl: string | null
  readonly dataDir: string
  /** Where a tape is written. */
  readonly tape: string | null
  readonly tapeBytesMax: number
  readonly adminToken: string | null
  readonly publicReads: boolean
  readonly queriesPerHour: number
  readonly quotaWindowMs: number
}

/** The environment cannot be used. The message has one line per variable and shows no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** @throws ConfigError naming every wrong variable, not only the first. An empty variable counts as unset. */
export function readConfig(env: Environment): Config {
  const values = readValues(env)
  return {
    host: values.HOST,
    port: values.PORT,
    sources: values.SOURCES,
    sourceSettings: sourceSettings(values),
    upstreamTimeoutMs: values.UPSTREAM_TIMEOUT_MS,
    watch: values.WATCH,
    cacheTtlMs: values.CACHE_TTL_SECONDS * 1000,
    refreshMs: values.REFRESH_SECONDS * 1000,
    staleLimitMs: values.STALE_LIMIT_SECONDS * 1000,
    redisUrl: values.REDIS_URL,
    allowedOrigins: values.ALLOWED_ORIGINS ?? [],
    streamsPerAddress: values.STREAMS_PER_ADDRESS,
    proxyHops: values.PROXY_HOPS,
    socketioPort: values.SOCKETIO_PORT,
    logLevel: values.LOG_LEVEL,
    metricsPort: values.METRICS_PORT,
    databaseUrl: values.DATABASE_URL,
    dataDir: values.DATA_DIR,
    tape: values.TAPE,
    tapeBytesMax: values.TAPE_MEGABYTES * 1_000_000,
    adminToken: values.ADMIN_TOKEN,
    publicReads: values.PUBLIC_READS,
    queriesPerHour: values.QUERIES_PER_HOUR,
    quotaWindowMs: values.QUOTA_WINDOW_SECONDS * 1000,
  }
}

/**
 * The text that counts for a variable: the environment's, or else the default; null when neither is there.
 * It may be wrong, and it may be a secret.
 */
export function textOf(env: Environment, name: VariableName): string | null {
  return env[name] || VARIABLES[name].fallback
}

function readValues(env: Environment): Values {
  const problems: string[] = []
  const entries = VARIABLE_NAMES.map((name) => {
    const text = textOf(env, name)
    const { schema } = VARIABLES[name]
    const parsed = text === null ? { success: true, data: null } : schema.safeParse(text)
    if (!parsed.success) problems.push(`${name}: must be ${schema.description}`)
    return [name, parsed.data]
  })
  // Each value came out of its own variable's schema, which is what Values says.
  const values = Object.fromEntries(entries) as Values
  if (values.QUOTA_WINDOW_SECONDS < 60 && env['NODE_ENV'] !== 'test') {
    problems.push('QUOTA_WINDOW_SECONDS: must be at least 60 unless NODE_ENV=test')
  }
  if (values.PUBLIC_READS === false && typeof values.SOCKETIO_PORT === 'number') {
    problems.push('SOCKETIO_PORT: must be unset when PUBLIC_READS=false, for Socket.IO clients have no key')
  }
  if (typeof values.TAPE === 'string' && typeof values.REDIS_URL === 'string') {
    problems.push('TAPE: must be unset with REDIS_URL, for what other instances decide is not on it')
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  return values
}

function sourceSettings(values: Values): Record<SourceName, SourceSettings> {
  return {
    dexscreener: { baseUrl: values.DEXSCREENER_URL, perMinute: values.DEXSCREENER_PER_MINUTE, apiKey: null },
    jupiter: {
      baseUrl: values.JUPITER_URL,
      perMinute: values.JUPITER_PER_MINUTE,
      apiKey: values.JUPITER_API_KEY,
    },
    geckoterminal: { baseUrl: values.GECKOTERMINAL_URL, perMinute: values.GECKOTERMINAL_PER_MINUTE, apiKey: null },
    coingecko: {
      baseUrl: values.COINGECKO_URL,
      perMinute: values.COINGECKO_PER_MINUTE,
      apiKey: values.COINGECKO_API_KEY,
    },
  }
}
