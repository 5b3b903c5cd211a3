import { type Flaw, ServiceError } from '../../domain/errors.ts'
import { isCompatibilityPath } from './problem.ts'

/** Longer targets answer 414. A query with every parameter at its longest fits. */
export const TARGET_LENGTH_MAX = 4096

/** Path and query of a request's url. The authority that the client claims is cut off and never used. */
export function targetOf(url: string): string {
  return url.slice(url.indexOf('/', 8))
}

/** The path of a target, still percent-encoded. */
export function pathOf(target: string): string {
  const query = target.indexOf('?')
  return query === -1 ? target : target.slice(0, query)
}

/** The query of a target without its `?`, still percent-encoded; empty when there is none. */
export function queryOf(target: string): string {
  const query = target.indexOf('?')
  return query === -1 ? '' : target.slice(query + 1)
}

/** Addresses of tags. Whoever hands one on may hang something on it, and a tap is counted whatever that is. */
const VISITS = '/t/'

/**
 * Refuses what no route should have to think of: a target that is too long, broken percent-encoding, a repeated key, and,
 * where unknown keys are refused, one without a name.
 * @throws ServiceError `uri_too_long`, `malformed_request`, `invalid_parameter`.
 */
export function checkTarget(target: string): void {
  if (target.length > TARGET_LENGTH_MAX) {
    throw new ServiceError('uri_too_long', `Path and query may have ${TARGET_LENGTH_MAX} characters.`)
  }
  const path = pathOf(target)
  if (decoded(path) === null) {
    throw new ServiceError('malformed_request', 'The path has percent-encoding that is not UTF-8.')
  }
  if (path.startsWith(VISITS)) return
  const flaws = queryFlaws(queryOf(target), path.startsWith('/v1/') && !isCompatibilityPath(path))
  if (flaws.length > 0) throw new ServiceError('invalid_parameter', 'The query is not valid.', { flaws })
}

function queryFlaws(query: string, isStrict: boolean): Flaw[] {
  const seen = new Set<string>()
  const flaws: Flaw[] = []
  for (const pair of query.split('&')) {
    const [key, value] = halves(pair).map(decoded)
    if (key === null || key === undefined || value === null) {
      flaws.push({ in: 'query', path: key ?? '', message: 'Percent-encoding must be UTF-8.' })
    } else if (isStrict && pair.startsWith('=')) flaws.push({ in: 'query', path: '', message: 'Has no name.' })
    else if (key !== '' && seen.has(key)) flaws.push({ in: 'query', path: key, message: 'May be given once only.' })
    else seen.add(key)
  }
  return flaws
}

function halves(pair: string): [key: string, value: string] {
  const equals = pair.indexOf('=')
  return equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
}

/** Null when the percent-encoding is broken. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}
