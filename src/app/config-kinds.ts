import { z } from 'zod'

/**
 * What the text of an environment variable may look like. Each kind's description completes "NAME: must be …"; it is
 * all that a person ever sees of a wrong value, because the value itself may hold a secret.
 */

/** Whole decimal digits only: `1e3`, `0x10`, `+5` and ` 5` are mistakes more often than numbers. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .describe(`a whole number from ${min} to ${max}`)
}

export const flag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .describe('true or false')

export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words).describe(`one of ${words.join(', ')}`)
}

/** Known words, each at most once; their order is kept. */
export function listOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return commaList(z.enum(words))
    .refine((items) => new Set(items).size === items.length)
    .describe(`a comma-separated list of ${words.join(', ')}, at least one and none twice`)
}

const QUERIES_MAX = 20
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/
const query = z
  .string()
  .min(1)
  .max(128)
  .refine((text) => !CONTROL_CHARACTER.test(text))

/** Queries as a client would type them; a repeated one counts once. */
export const queries = commaList(query)
  .transform((items) => [...new Set(items)])
  .refine((items) => items.length <= QUERIES_MAX)
  .describe(`a comma-separated list of at most ${QUERIES_MAX} queries of 1 to 128 characters`)

/** Web origins as browsers send them, so that comparing texts is enough. */
export const origins = commaList(z.string().refine((text) => originOf(text) === text)).describe(
  'a comma-separated list of web origins such as https://example.org, without a path',
)

export const hostName = z
  .string()
  .regex(/^[\w.:-]{1,253}$/)
  .describe('an IP address or a host name, without a port')

const path = z
  .string()
  .max(4096)
  .refine((text) => !CONTROL_CHARACTER.test(text))

export const folderPath = path.describe('the path of a folder')
export const filePath = path.describe('the path of a file')

/** Printable and without spaces, because it travels in a header. */
export function secretText(minLength: number) {
  return z
    .string()
    .regex(new RegExp(`^[!-~]{${minLength},512}$`))
    .describe(`${minLength} to 512 printable ASCII characters without spaces`)
}

/**
 * The address before an endpoint's path, without a trailing slash. A user name or password is refused rather than
 * dropped: the HTTP client would not send it.
 */
export const baseUrl = z
  .string()
  .refine((text) => isPlainHttp(urlOf(text)))
  .transform((text) => new URL(text).href.replace(/\/+$/, ''))
  .describe('an http or https URL without user name, password, query or fragment')

/** The URL of a backing system, kept as written: it may hold a password. */
export function serverUrl(...schemes: readonly string[]) {
  return z
    .string()
    .refine((text) => schemes.includes(urlOf(text)?.protocol.slice(0, -1) ?? ''))
    .describe(`a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`)
}

/**
 * One Redis, or nodes of a Redis Cluster; kept as written. As strict as src/adapters/redis/servers.ts, which takes it
 * apart and which the configuration, read before anything else exists, cannot ask.
 */
export const redisUrl = z
  .string()
  .refine((text) => serversIn(text).every(isRedisServer))
  .describe(
    'a URL that begins with redis:// or rediss:// (TLS) and names one server, or one that begins with redis-cluster:// or rediss-cluster:// and names some of the nodes, as in redis-cluster://user:password@one:6379,two:6379',
  )

/** One URL for each server; a text that names no cluster is its own only one. */
function serversIn(text: string): readonly string[] {
  const [, scheme, login, hosts] = /^(rediss?)-cluster:\/\/((?:[^@/?#]*@)?)([^@/?#]+)\/?$/.exec(text) ?? []
  return hosts?.split(',').map((host) => `${scheme}://${login}${host.trim()}`) ?? [text]
}

function isRedisServer(text: string): boolean {
  const url = urlOf(text)
  if (url === null || url.hostname === '' || !/^\/?\d*$/.test(url.pathname)) return false
  return ['redis:', 'rediss:'].includes(url.protocol) && isDecodable(url.username + url.password)
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

function commaList<Item extends z.ZodType<string, string>>(item: Item) {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item))
}

function urlOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}

function originOf(text: string): string | null {
  const url = urlOf(text)
  return url !== null && isHttp(url) ? url.origin : null
}

function isPlainHttp(url: URL | null): boolean {
  return url !== null && isHttp(url) && url.username + url.password + url.search + url.hash === ''
}

function isHttp(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:'
}
