import { ErrorReply } from 'redis'

/**
 * Where to look for what is kept in Redis, one URL for each server.
 * - `redis://[user[:password]@]host[:port][/db]`, `rediss://` for TLS: one Redis.
 * - `redis-cluster://[user[:password]@]host:port[,host:port …]`, `rediss-cluster://` for TLS: a Redis Cluster. Any of
 *   its nodes lead to the others; name several, because one that is named must be up when a connection is made.
 * @throws TypeError for an URL that is none of these; it does not repeat the URL, which may hold a password.
 */
export function serversOf(url: string): readonly [string, ...string[]] {
  const cluster = /^(rediss?)-cluster:\/\/((?:[^@/?#]*@)?)([^@/?#]+)\/?$/.exec(url)
  if (cluster === null) return [checked(url)]
  const [, scheme = '', login = '', hosts = ''] = cluster
  const [first = '', ...others] = hosts.split(',').map((host) => `${scheme}://${login}${host.trim()}`)
  return [checked(first), ...others.map(checked)]
}

/**
 * The URL of the server that a node of a cluster names in its refusal, with the login and the scheme of `url`.
 * @returns null when the error is no such refusal.
 */
export function movedTo(url: string, error: unknown): string | null {
  if (!(error instanceof ErrorReply)) return null
  // `MOVED 3999 10.0.0.7:6381`; without a host it is the one that was asked.
  const [, host = '', port = ''] = /^MOVED \d+ (.*):(\d+)$/.exec(error.message) ?? []
  if (port === '') return null
  const target = new URL(url)
  if (host !== '') target.hostname = host.includes(':') ? `[${host}]` : host
  target.port = port
  return target.href
}

function checked(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  const isKnown = parsed !== null && ['redis:', 'rediss:'].includes(parsed.protocol) && parsed.hostname !== ''
  if (isKnown && /^\/?\d*$/.test(parsed.pathname) && isDecodable(parsed.username + parsed.password)) return url
  throw new TypeError(
    'The Redis URL must look like redis://user:password@host:6379/0 or redis-cluster://user:password@host:6379,host:6380',
  )
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
