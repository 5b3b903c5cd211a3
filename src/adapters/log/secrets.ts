/** How deep a field is looked into; what lies deeper is not written. */
const DEPTH_MAX = 5

/** Names whose value is never written. Not `token`: here that is a coin. */
const SECRET_NAME = /passw|secret|authorization|cookie|credential|api[-_]?key|(admin|access|auth|bearer)[-_]?token/i

/** A key or a ticket of this service, wherever it stands: its begin stays, which tells them apart. */
const OWN_SECRET = /(ttap_[a-z]+_[0-9A-Za-z]{4})[0-9A-Za-z]+/g

/** User and password of an URL. */
const USER_INFO = /\/\/[^\s/@]+@/g

const HIDDEN = '[hidden]'

/**
 * A copy of the fields, fit for JSON: values under secret-sounding names and user names in URLs are hidden, errors are
 * taken apart into name, message, stack and cause. A net under mistakes: what is secret does not belong in a log.
 * Never throws, whatever a field does when it is read.
 */
export function withoutSecrets(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    return cleanMembers(fields, 0)
  } catch {
    return { fields: 'could not be read' }
  }
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (typeof value === 'bigint') return value.toString()
  // JSON leaves it out; and a `toJSON` among the members would be called.
  if (typeof value === 'function') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (depth >= DEPTH_MAX) return '[deeper]'
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1))
  if (value instanceof Error) return cleanMembers(errorFacts(value), depth)
  return cleanMembers(value, depth)
}

/** Most texts hold neither, and looking for one is cheaper than the expression. */
function cleanText(text: string): string {
  const unsigned = text.includes('//') ? text.replace(USER_INFO, `//${HIDDEN}@`) : text
  return unsigned.includes('ttap_') ? unsigned.replace(OWN_SECRET, `$1${HIDDEN}`) : unsigned
}

function cleanMembers(object: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(object)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, SECRET_NAME.test(name) ? HIDDEN : clean(value, depth + 1)]),
  )
}

function errorFacts(error: Error): object {
  const { name, message, stack, cause } = error
  return { ...error, name, message, stack, ...(cause === undefined ? {} : { cause }) }
}
