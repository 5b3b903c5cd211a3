import fc from 'fast-check'
import type { Schema } from './hostile-bodies.ts'

/** One operation of the OpenAPI document, as far as questions are made from it. */
export interface Operation {
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  /** Scopes of keys, and names of other schemes, that may use it; empty when it is open to all. */
  readonly holders: readonly string[]
  readonly takesBody: boolean
  /** Of the body; null when there is none. */
  readonly schema: Schema | null
  readonly statuses: readonly number[]
  /** Codes of its problems, by status. */
  readonly codes: Readonly<Record<number, readonly string[]>>
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: {
    readonly type?: string
    readonly enum?: readonly string[]
    readonly minimum?: number
    readonly maximum?: number
    readonly example?: unknown
  }
}

/** A request that may be right or wrong in any of its parts. */
export interface Question {
  readonly operation: Operation
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer> | null
}

/** As far as it is read here. */
export interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
}
interface Described {
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<Record<string, Answer>>
}
interface Answer {
  readonly content?: Readonly<Record<string, { readonly examples?: Readonly<Record<string, unknown>> }>>
}

export function operationsOf(document: unknown): Operation[] {
  return Object.entries((document as Document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], security = [], requestBody, responses }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      holders: security.flatMap((one) => Object.entries(one).flatMap(([scheme, scopes]) => [scheme, ...scopes])),
      takesBody: requestBody !== undefined,
      schema: requestBody?.content['application/json']?.schema ?? null,
      statuses: Object.keys(responses).map(Number),
      codes: Object.fromEntries(Object.entries(responses).map(([status, answer]) => [status, codesOf(answer)])),
    })),
  )
}

function codesOf({ content }: Answer): string[] {
  return Object.keys(content?.['application/problem+json']?.examples ?? {})
}

const NASTY = [
  '',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '\0',
  '\r\nset-cookie: x',
  "' or 1=1--",
  '<script>',
  '１０',
  '1e9',
  '1e400',
  'NaN',
  '-0',
  '-1',
  '9007199254740993',
  '\u202e',
  '🚀',
  'Z'.repeat(3000),
  'solana',
  'So11111111111111111111111111111111111111112',
  '0xdac17f958d2ee523a2206206994597c13d831ec7',
  'http://169.254.169.254/',
]
const nasty = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 40 }))

/** Mostly what the document allows, so that questions get past the first check. */
function textFor({ name, schema }: Parameter): fc.Arbitrary<string> {
  // Any age above zero may be asked for; one that no price can have is rightly answered with 503.
  if (name === 'max_age_seconds') return fc.constantFrom('60', '900', '0', '-1', 'NaN', '1e400')
  const right =
    schema.enum ?? (schema.type === 'integer' ? ['1', '7', String(schema.maximum ?? 9)] : ['SOL', '1', 'CAT'])
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...right, String(schema.example ?? right[0])) },
    { weight: 1, arbitrary: nasty },
  )
}

function targetOf({ path, parameters }: Operation): fc.Arbitrary<string> {
  const named = parameters.map((parameter) => textFor(parameter).map((value) => [parameter, encoded(value)] as const))
  const strange = fc.tuple(nasty, nasty).map((pair) => pair.map(encoded).join('='))
  return fc
    .tuple(
      fc.tuple(...named),
      fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      fc.array(strange, { maxLength: 1 }),
    )
    .map(([values, chosen, extra]) => {
      const inPath = values.filter(([parameter]) => parameter.in === 'path')
      const filled = inPath.reduce((text, [{ name }, value]) => text.replace(`{${name}}`, () => value || '-'), path)
      const inQuery = values.filter(([parameter], i) => parameter.in === 'query' && chosen[i])
      const query = [...inQuery.map(([{ name }, value]) => `${name}=${value}`), ...extra].join('&')
      return query === '' ? filled : `${filled}?${query}`
    })
}

/** A lone surrogate has no encoding; dots would be taken for folders before they are sent. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2E')
}

const ids = fc.array(fc.oneof(nasty, fc.constantFrom('solana:So11111111111111111111111111111111111111112', 'mars:x')), {
  maxLength: 120,
})
const body = fc.oneof(
  ids.map((list) => JSON.stringify({ ids: list })),
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '[',
    '{"ids":',
    '{"ids":[],"ids":[]}',
    '{"__proto__":{"x":1},"ids":[]}',
    '['.repeat(9000),
    'x'.repeat(99_999),
  ),
)
const printable = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
})
const headers = fc.record(
  {
    'accept-encoding': fc.oneof(printable, fc.constantFrom('gzip', 'br', 'identity;q=0', '*;q=0')),
    'if-none-match': fc.oneof(printable, fc.constantFrom('*', '"x"', 'W/"x"')),
    origin: printable,
    'x-request-id': printable,
  },
  { requiredKeys: [] },
)
const contentType = fc.oneof(
  { weight: 5, arbitrary: fc.constant('application/json') },
  fc.constantFrom('text/plain', 'application/json; charset=utf-16', 'x'),
)

/** Questions to any of the operations. */
export function questionsOf(operations: readonly Operation[]): fc.Arbitrary<Question> {
  return fc.oneof(
    ...operations.map((operation) =>
      fc.record({ target: targetOf(operation), headers, contentType, body }).map(
        (made): Question => ({
          operation,
          method: operation.method,
          target: made.target,
          headers: operation.takesBody ? { ...made.headers, 'content-type': made.contentType } : made.headers,
          body: operation.takesBody ? made.body : null,
        }),
      ),
    ),
  )
}
