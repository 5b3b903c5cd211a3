import { describe, expect, test } from 'vitest'
import { serversOf } from '../../src/adapters/redis/servers.ts'
import { ConfigError, readConfig } from '../../src/app/config.ts'
import { VARIABLE_NAMES, VARIABLES, type Variable, type VariableName } from '../../src/app/config-table.ts'

const NINE = '9'.repeat(16)

/** Per variable: texts at the edge that are right, and texts that are not. A new variable does not compile without them. */
const EXAMPLES: Readonly<
  Record<VariableName, { readonly right: readonly string[]; readonly wrong: readonly string[] }>
> = {
  PORT: { right: ['0', '65535'], wrong: ['65536', '-1', '80.5', '0x50', '1e3', '+80', ' 80', '80 ', 'http', NINE] },
  HOST: { right: ['0.0.0.0', '::1', 'board.example.org'], wrong: ['a b', 'http://x', 'x/y', 'x\n'] },
  SOURCES: {
    right: ['coingecko', 'jupiter, dexscreener', 'coingecko,geckoterminal,jupiter,dexscreener'],
    wrong: ['jupiter,jupiter', 'birdeye', 'jupiter,', ',', 'Jupiter', '__proto__'],
  },
  DEXSCREENER_URL: {
    right: ['http://127.0.0.1:9', 'https://proxy.example/dex/'],
    wrong: ['ftp://x', 'example.org', 'https://me:pw@x', 'https://me@x', 'https://x/?a=1', 'https://x/#a', 'https://'],
  },
  JUPITER_URL: { right: ['http://localhost:1'], wrong: ['//x', 'javascript:1'] },
  GECKOTERMINAL_URL: { right: ['http://localhost:1/api/v2'], wrong: ['file:///etc/passwd'] },
  COINGECKO_URL: { right: ['http://localhost:1/api/v3'], wrong: ['https://x y'] },
  JUPITER_API_KEY: { right: ['k', 'k'.repeat(512)], wrong: ['two words', 'k\r\nx: y', 'é', 'k'.repeat(513)] },
  COINGECKO_API_KEY: { right: ['CG-abc'], wrong: ['tab\there'] },
  DEXSCREENER_PER_MINUTE: { right: ['1', '100000'], wrong: ['0', '100001', '1.5'] },
  JUPITER_PER_MINUTE: { right: ['1', '100000'], wrong: ['0', '100001', 'many'] },
  GECKOTERMINAL_PER_MINUTE: { right: ['1', '100000'], wrong: ['0', '100001', '-6'] },
  COINGECKO_PER_MINUTE: { right: ['1', '100000'], wrong: ['0', '100001', '5/m'] },
  UPSTREAM_TIMEOUT_MS: { right: ['50', '60000'], wrong: ['49', '60001', '3s'] },
  WATCH: {
    right: ['SOL', 'SOL, bonk', 'x'.repeat(128), 'a,a', Array.from({ length: 20 }, (_, i) => `q${i}`).join()],
    wrong: ['SOL,', 'x'.repeat(129), 'a\u0000b', Array.from({ length: 21 }, (_, i) => `q${i}`).join()],
  },
  CACHE_TTL_SECONDS: { right: ['1', '3600'], wrong: ['0', '3601', '30s'] },
  REFRESH_SECONDS: { right: ['1', '3600'], wrong: ['0', '3601', '0.5'] },
  STALE_LIMIT_SECONDS: { right: ['1', '86400'], wrong: ['0', '86401', 'never'] },
  REDIS_URL: {
    right: [
      'redis://localhost:6379',
      'rediss://u:p%40ss@h:1/0',
      'redis-cluster://one:6379, two:6379,[::1]:6379/',
      'rediss-cluster://u:p@one:6379',
    ],
    wrong: [
      ...['http://h', 'localhost:6379', '6379', 'redis+cluster://h:6379', 'redis://', 'redis-cluster://'],
      ...['redis://h:port', 'redis://h:65536', 'redis://h/name', 'redis://one:1,two:2', 'redis://u:%zz@h'],
      ...[
        'redis-cluster://one:1,',
        'redis-cluster://one:1,:2',
        'redis-cluster://one:1/0',
        'redis-cluster://u:p@one,v@two',
      ],
    ],
  },
  ALLOWED_ORIGINS: {
    right: ['https://example.org', 'http://localhost:5173, https://example.org'],
    wrong: ['*', 'null', 'https://example.org/', 'https://EXAMPLE.org', 'https://example.org:443', 'example.org'],
  },
  STREAMS_PER_ADDRESS: { right: ['1', '20000'], wrong: ['0', '20001', 'many'] },
  PROXY_HOPS: { right: ['0', '10'], wrong: ['-1', '11', 'all'] },
  SOCKETIO_PORT: { right: ['0', '65535'], wrong: ['65536', '-1', 'on'] },
  LOG_LEVEL: { right: ['debug', 'silent'], wrong: ['INFO', 'verbose'] },
  METRICS_PORT: { right: ['0', '65535'], wrong: ['-1', '65536'] },
  DATABASE_URL: { right: ['postgres://u:p@h/db', 'postgresql://h/db'], wrong: ['mysql://h', 'h/db'] },
  TAPE: { right: ['./tape.jsonl', '/srv/tape'], wrong: ['a\u0000b', 'x'.repeat(4097)] },
  TAPE_MEGABYTES: { right: ['1', '1000000'], wrong: ['0', '1000001', '1.5', '1GB'] },
  DATA_DIR: { right: ['./data', '/srv/tickertap'], wrong: ['a\u0000b', 'x'.repeat(4097)] },
  ADMIN_TOKEN: { right: ['t'.repeat(16)], wrong: ['t'.repeat(15), 'a token with spaces'] },
  PUBLIC_READS: { right: ['true', 'false'], wrong: ['TRUE', '1', 'yes'] },
  QUERIES_PER_HOUR: { right: ['1', '1000000'], wrong: ['0', '1000001'] },
  QUOTA_WINDOW_SECONDS: { right: ['60', '86400'], wrong: ['0', '59', '86401'] },
}

/** The lines of the refusal; empty when the environment is accepted. */
function problems(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
}

describe('readConfig', () => {
  test('gives the documented defaults for an empty environment', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      sources: ['dexscreener', 'jupiter', 'geckoterminal'],
      sourceSettings: {
        dexscreener: { baseUrl: 'https://api.dexscreener.com', perMinute: 120, apiKey: null },
        jupiter: { baseUrl: 'https://api.jup.ag', perMinute: 24, apiKey: null },
        geckoterminal: { baseUrl: 'https://api.geckoterminal.com/api/v2', perMinute: 6, apiKey: null },
        coingecko: { baseUrl: 'https://api.coingecko.com/api/v3', perMinute: 5, apiKey: null },
      },
      upstreamTimeoutMs: 3000,
      watch: ['SOL'],
      cacheTtlMs: 30_000,
      refreshMs: 10_000,
      staleLimitMs: 900_000,
      redisUrl: null,
      allowedOrigins: [],
      streamsPerAddress: 20,
      proxyHops: 0,
      socketioPort: null,
      logLevel: 'info',
      metricsPort: null,
      databaseUrl: null,
      dataDir: './data',
      tape: null,
      tapeBytesMax: 1_000_000_000,
      adminToken: null,
      publicReads: true,
      queriesPerHour: 100,
      quotaWindowMs: 3_600_000,
    })
  })

  test('takes every variable into the configuration', () => {
    const unchanged = VARIABLE_NAMES.filter((name) => {
      const different = EXAMPLES[name].right.find((text) => text !== VARIABLES[name].fallback)
      return JSON.stringify(readConfig({ [name]: different })) === JSON.stringify(readConfig({}))
    })
    expect(unchanged).toEqual([])
  })

  test('has no tape of an instance that shares its board', () => {
    expect(() => readConfig({ TAPE: 'tape.jsonl', REDIS_URL: 'redis://me:hunter2@host' })).toThrow(
      /^TAPE: must be unset with REDIS_URL, for what other instances decide is not on it$/,
    )
  })

  test('counts an empty variable as unset', () => {
    expect(readConfig(Object.fromEntries(VARIABLE_NAMES.map((name) => [name, ''])))).toEqual(readConfig({}))
  })

  test('keeps the order of the sources, trims lists, and counts a repeated query once', () => {
    const config = readConfig({ SOURCES: 'jupiter , dexscreener', WATCH: ' SOL, bonk wif,SOL' })
    expect(config.sources).toEqual(['jupiter', 'dexscreener'])
    expect(config.watch).toEqual(['SOL', 'bonk wif'])
  })

  test('drops trailing slashes of a base URL and keeps its path', () => {
    const config = readConfig({
      JUPITER_URL: 'http://127.0.0.1:9/',
      COINGECKO_URL: 'https://proxy.example/cg/api/v3//',
    })
    expect(config.sourceSettings.jupiter.baseUrl).toBe('http://127.0.0.1:9')
    expect(config.sourceSettings.coingecko.baseUrl).toBe('https://proxy.example/cg/api/v3')
  })

  test('allows a short quota window to tests only', () => {
    expect(readConfig({ QUOTA_WINDOW_SECONDS: '2', NODE_ENV: 'test' }).quotaWindowMs).toBe(2000)
    expect(problems({ QUOTA_WINDOW_SECONDS: '2' })).toEqual([
      'QUOTA_WINDOW_SECONDS: must be at least 60 unless NODE_ENV=test',
    ])
  })

  test('names every wrong variable at once, one line each', () => {
    const env = Object.fromEntries(VARIABLE_NAMES.map((name) => [name, EXAMPLES[name].wrong[0]]))
    expect(problems(env).map((line) => line.split(':')[0])).toEqual(VARIABLE_NAMES)
    expect(problems({ PORT: 'x', PUBLIC_READS: 'maybe' })).toEqual([
      'PORT: must be a whole number from 0 to 65535',
      'PUBLIC_READS: must be true or false',
    ])
  })

  test('never shows a value, secret or not', () => {
    const secret = 'hunter2'
    const env = Object.fromEntries(VARIABLE_NAMES.map((name) => [name, `https://me:${secret}@host /\u0001`]))
    const lines = problems(env)
    expect(lines).toHaveLength(VARIABLE_NAMES.length)
    expect(lines.join('\n')).not.toContain(secret)
  })

  test('takes for a Redis URL just what the adapters do', () => {
    const isTaken = (url: string) => {
      try {
        return serversOf(url).length > 0
      } catch {
        return false
      }
    }
    const { right, wrong } = EXAMPLES.REDIS_URL
    expect(right.filter((url) => !isTaken(url))).toEqual([])
    expect(wrong.filter(isTaken)).toEqual([])
  })

  describe.each(VARIABLE_NAMES)('%s', (name) => {
    test.each(EXAMPLES[name].right)('may be %j', (text) => {
      expect(problems({ [name]: text })).toEqual([])
    })
    test.each(EXAMPLES[name].wrong)('may not be %j', (text) => {
      expect(problems({ [name]: text })).toEqual([expect.stringMatching(`^${name}: must be .`)])
    })
  })
})

describe('the table of variables', () => {
  const rows: readonly (readonly [string, Variable])[] = Object.entries(VARIABLES)

  test.each(rows)('%s has a sentence, says what it must be, and accepts its own default', (_, variable) => {
    expect(variable.about).toMatch(/^[A-Z].*\.$/)
    expect(variable.schema.description).toMatch(/./)
    if (variable.fallback !== null) expect(variable.schema.safeParse(variable.fallback).success).toBe(true)
  })

  test('marks as secret what holds a key, a token or a password', () => {
    const secrets = rows.filter(([, variable]) => variable.secret).map(([name]) => name)
    expect(secrets).toEqual(['JUPITER_API_KEY', 'COINGECKO_API_KEY', 'REDIS_URL', 'DATABASE_URL', 'ADMIN_TOKEN'])
  })
})
