import { z } from '@hono/zod-openapi'
import { ERROR_CODES, type ErrorCode } from '../../../domain/errors.ts'
import { PROBLEM_TYPE, RETRY_AFTER_SECONDS, STATUS, TITLES } from '../problem.ts'
import { HistoryStateSchema } from './health.ts'

const FlawSchema = z.object({
  in: z.enum(['query', 'path', 'body', 'header']),
  path: z.string().openapi({ description: 'Which one.', example: 'limit' }),
  message: z.string(),
})

export const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: 'What was wrong with this request.' }),
    code: z.enum(ERROR_CODES),
    request_id: z
      .string()
      .openapi({ description: 'The `x-request-id` of the answer; it finds the request in the log.' }),
    errors: z.array(FlawSchema).openapi({ description: 'Every part that is wrong; may be empty.' }),
    error: z.string().optional().openapi({ description: 'The detail again; on compatibility routes only.' }),
    s: z.literal('error').optional().openapi({ description: 'On /udf routes only.' }),
    errmsg: z.string().optional().openapi({ description: 'The detail again; on /udf routes only.' }),
    reasons: z.array(z.string()).optional().openapi({ description: 'Why the service is not ready; on /readyz only.' }),
    history: HistoryStateSchema.optional(),
  })
  .openapi('Problem', { description: 'RFC 9457.' })

const FLAW_EXAMPLES: { readonly [C in ErrorCode]?: z.infer<typeof FlawSchema> } = {
  invalid_parameter: { in: 'query', path: 'limit', message: 'A whole number from 1 to 250.' },
  invalid_cursor: { in: 'query', path: 'cursor', message: 'Not a cursor of this service.' },
  invalid_body: { in: 'body', path: 'ids', message: 'A list of texts.' },
}

function example(code: ErrorCode): z.infer<typeof ProblemSchema> {
  const flaw = FLAW_EXAMPLES[code]
  return {
    type: `urn:tickertap:problem:${code}`,
    title: TITLES[code],
    status: STATUS[code],
    detail: `${TITLES[code]}.`,
    code,
    request_id: '1f0c9a7be2d4-2s',
    errors: flaw === undefined ? [] : [flaw],
  }
}

/** For `components.examples`, where the problems of every route point. */
export const PROBLEM_EXAMPLES = ERROR_CODES.map((code) => [code, { value: example(code) }] as const)

/** Codes that any route can answer with: they are decided before a route is. */
const ANYWHERE = [
  'invalid_parameter',
  'malformed_request',
  'method_not_allowed',
  'request_timeout',
  'uri_too_long',
  'headers_too_large',
  'internal',
] as const satisfies readonly ErrorCode[]

/** Of every operation that may need a key. */
export const KEY_PROBLEMS = [
  'key_required',
  'key_invalid',
  'scope_missing',
  'too_many_requests',
  'access_unavailable',
] as const satisfies readonly ErrorCode[]

type ProblemContent = { [PROBLEM_TYPE]: { schema: typeof ProblemSchema; examples: Record<string, { $ref: string }> } }
interface ProblemResponse {
  description: string
  headers?: Readonly<Record<string, { description: string; schema: { type: 'string' } }>>
  content: ProblemContent
}
type StatusOf<C extends ErrorCode> = (typeof STATUS)[C]

/** The problems of a route for its document, one response per status with an example per code. */
export function problems<C extends ErrorCode>(
  ...codes: C[]
): { [S in StatusOf<C | (typeof ANYWHERE)[number]>]: ProblemResponse } {
  const all = [...new Set<ErrorCode>([...ANYWHERE, ...codes])].sort((a, b) => STATUS[a] - STATUS[b])
  const responses: Record<number, ProblemResponse> = {}
  for (const status of new Set(all.map((code) => STATUS[code]))) {
    responses[status] = problemsOfStatus(
      all.filter((code) => STATUS[code] === status),
      status,
    )
  }
  return responses as { [S in StatusOf<C | (typeof ANYWHERE)[number]>]: ProblemResponse }
}

function problemsOfStatus(codes: readonly ErrorCode[], status: number): ProblemResponse {
  const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]))
  const headers = HEADERS[status]
  return {
    description: codes.map((code) => `\`${code}\`: ${TITLES[code]}.`).join(' '),
    ...(headers !== undefined && { headers }),
    content: { [PROBLEM_TYPE]: { schema: ProblemSchema, examples } },
  }
}

const HEADERS: Readonly<Record<number, ProblemResponse['headers']>> = {
  401: { 'www-authenticate': { description: '`Bearer`.', schema: { type: 'string' } } },
  429: { 'retry-after': { description: 'Seconds.', schema: { type: 'string' } } },
  503: { 'retry-after': { description: `Seconds: ${RETRY_AFTER_SECONDS}.`, schema: { type: 'string' } } },
}
