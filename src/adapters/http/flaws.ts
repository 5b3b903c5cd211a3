import { type ErrorCode, type Flaw, ServiceError } from '../../domain/errors.ts'

/** As a schema library reports it: zod's issues have this shape. */
interface Issue {
  readonly code?: string | undefined
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
}

const PLACES = { query: 'query', param: 'path', json: 'body', header: 'header' } as const
type Target = keyof typeof PLACES

/** What a refused part of a request is for the client: every flaw named, and no value of theirs repeated. */
export function refusalOf(target: string, issues: readonly Issue[]): ServiceError {
  const place = Object.hasOwn(PLACES, target) ? PLACES[target as Target] : 'body'
  const flaws = issues.flatMap((issue) => flawsOf(issue, place))
  const code = codeOf(place, flaws)
  return new ServiceError(code, sentence(code, flaws), { flaws })
}

function flawsOf(issue: Issue, place: Flaw['in']): Flaw[] {
  const path = issue.path.map(String)
  if (issue.code !== 'unrecognized_keys') return [{ in: place, path: path.join('.'), message: issue.message }]
  return (issue.keys ?? []).map((key) => ({ in: place, path: [...path, key].join('.'), message: 'Not known here.' }))
}

function codeOf(place: Flaw['in'], flaws: readonly Flaw[]): ErrorCode {
  if (place === 'body') return 'invalid_body'
  if (place === 'path' && flaws.some((flaw) => flaw.path === 'network')) return 'unknown_network'
  return flaws.length === 1 && flaws[0]?.path === 'cursor' ? 'invalid_cursor' : 'invalid_parameter'
}

function sentence(code: ErrorCode, flaws: readonly Flaw[]): string {
  if (code === 'unknown_network') return 'This network is not one of those the service knows.'
  const names = flaws.map((flaw) => flaw.path).filter((name) => name !== '')
  return names.length === 0 ? 'The request is not valid.' : `Not valid: ${names.join(', ').slice(0, 200)}.`
}
