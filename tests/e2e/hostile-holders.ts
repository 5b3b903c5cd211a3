import fc from 'fast-check'
import { bodyOf, type RightTexts } from './hostile-bodies.ts'
import { type Document, type Operation, operationsOf, type Parameter, type Question } from './questions.ts'

/** What a request is sent with. */
export interface Holding {
  /** The scope of its key; or `admin`. */
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Asked extends Question {
  readonly holding: Holding
}

const DATES = ['2023-02-30', '2023-13-01', '0000-01-01', '9998-12-31', '9999-12-31', '1969-12-31', '1970-01-01']
const TIMES = [
  '2023-01-01T00:00:00',
  '2023-01-01T24:00:00Z',
  '2023-01-01T00:00:00+99:99',
  '99999999999999',
  '2011-12-30',
]
const ZONES = [
  'Mars/Olympus',
  'Pacific/Apia',
  'Etc/GMT+14',
  'Factory',
  'posix/UTC',
  "UTC'; select 1; --",
  '+02:00',
  'EST5EDT',
]

/** What may stand where a text is expected, by the name of the place. */
const WRONG: RightTexts = {
  from: [...DATES, ...TIMES],
  to: [...DATES, ...TIMES],
  date: [...DATES, ...TIMES],
  as_of: [...DATES, ...TIMES],
  tz: ZONES,
  interval: ["day'; drop table tap; --", '1 day', 'century', 'Day'],
  count: ['0', '-1', '1000001', '1e9'],
  limit: ['0', '-1', '10001', '1e9', '99999999999999999999'],
  lags: ['-1', '49', '1e1', '9'.repeat(40)],
}
const NASTY = [
  '',
  '\0',
  '\u202e',
  '\r\nset-cookie: x',
  '__proto__',
  'constructor',
  "' or 1=1--",
  '../../etc/passwd',
  '１０',
  '1e400',
  'NaN',
  '9223372036854775808',
  '-9223372036854775809',
  '🚀',
  'Z'.repeat(3900),
]
/** Not text at all. */
const BROKEN = ['%', '%00', '%ff', '%C3', '%ED%A0%80', '%E0%A4%A', '%2e%2e%2f']
const SURPLUS = ['', '=', '=x', '&', 'x', '%ff=1', '__proto__=1', 'utm_source=poster', 'tap=1;x=2']

/** Longer than one answer may be, whatever it is asked for. */
const FOR_EVER = 'from=1970-01-01&to=9998-12-30&interval=minute'

/** @param fault how many of twenty are wrong */
function textFor({ name, schema }: Parameter, right: RightTexts, fault: number): fc.Arbitrary<string> {
  // Any age above zero may be asked for; one that no price can have is rightly answered with 503.
  if (name === 'max_age_seconds') return fc.constantFrom('60', '900', '0', '-1', 'NaN', '1e400')
  const whole = schema.type === 'integer' ? ['1', '7', String(schema.maximum ?? 9)] : ['1']
  const good = right[name] ??
    schema.enum ?? [...whole, ...(schema.example === undefined ? [] : [String(schema.example)])]
  const wrong = fc.oneof(
    fc.constantFrom(...(WRONG[name] ?? NASTY)).map(encoded),
    fc.constantFrom(...NASTY).map(encoded),
    fc.constantFrom(...BROKEN),
  )
  return fc.oneof(
    { weight: 20 - fault, arbitrary: fc.constantFrom(...good).map(encoded) },
    { weight: fault, arbitrary: wrong },
  )
}

/** A lone surrogate has no encoding; dots would be taken for folders before they are sent. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2E')
}

/** Half of them have nothing wrong. */
function targetOf(operation: Operation, right: RightTexts): fc.Arbitrary<string> {
  return fc.oneof(targetWith(operation, right, 0), targetWith(operation, right, 5))
}

function targetWith({ path, parameters }: Operation, right: RightTexts, fault: number): fc.Arbitrary<string> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  const inQuery = parameters.filter((parameter) => parameter.in === 'query')
  const parts = fc.tuple(...inPath.map((parameter) => textFor(parameter, right, fault)))
  const pairs = fc.tuple(
    ...inQuery.map((parameter) => {
      const pair = textFor(parameter, right, fault).map((text) => `${parameter.name}=${text}`)
      return fc.option(pair, { freq: parameter.required === true ? 20 : 2, nil: null })
    }),
  )
  const extra = fc.oneof(
    { weight: 10, arbitrary: fc.constant<readonly string[]>([]) },
    { weight: fault, arbitrary: fc.constantFrom(...SURPLUS).map((text) => [text]) },
    { weight: fault, arbitrary: fc.constantFrom(...inQuery.map(({ name }) => [`${name}=1`, `${name}=2`]), []) },
    {
      weight: fault > 0 && inQuery.some(({ name }) => name === 'interval') ? 2 : 0,
      arbitrary: fc.constant([FOR_EVER]),
    },
  )
  return fc.tuple(parts, pairs, extra).map(([texts, asked, more]) => {
    const filled = inPath.reduce((text, { name }, i) => text.replace(`{${name}}`, () => texts[i] || '-'), path)
    const given = more[0] === FOR_EVER ? [] : asked.filter((pair) => pair !== null)
    const query = [...given, ...more].join('&')
    return query === '' ? filled : `${filled}?${query}`
  })
}

const MEDIA_TYPES = ['text/plain', 'application/json; charset=utf-16', 'x', '']

/** Headers that a client may choose. */
function headersOf({ parameters, takesBody }: Operation): fc.Arbitrary<Record<string, string>> {
  const known = new Set(parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name))
  const some = <Text extends string>(name: string, texts: readonly Text[]) =>
    known.has(name) ? { [name]: fc.constantFrom(...texts) } : {}
  const free = fc.record(
    {
      'accept-encoding': fc.constantFrom('gzip', 'br', 'identity;q=0', '*;q=0', ','),
      'if-none-match': fc.constantFrom('*', '"x"', 'W/"x"', '",'),
      ...some('idempotency-key', ['a', 'b', ' ', 'é', 'k'.repeat(255), 'k'.repeat(256)]),
      ...some('last-event-id', ['0-0', '99999999999999-1', '-1--1', 'x', '1e400-NaN']),
    },
    { requiredKeys: [] },
  )
  if (!takesBody) return free
  const type = fc.oneof(
    { weight: 12, arbitrary: fc.constant('application/json') },
    { weight: 1, arbitrary: fc.constantFrom(...MEDIA_TYPES) },
  )
  return fc.tuple(free, type).map(([headers, mediaType]) => ({ ...headers, 'content-type': mediaType }))
}

/** Requests to every operation of a document, by each of the holders. */
export function requestsOf(document: Document, right: RightTexts, holdings: readonly Holding[]): fc.Arbitrary<Asked> {
  const making = { schemas: document.components.schemas, right }
  const ofOne = (operation: Operation) =>
    fc
      .record({
        holding: holdingFor(operation, holdings),
        target: targetOf(operation, right),
        chosen: headersOf(operation),
        body: operation.schema === null ? fc.constant(null) : bodyOf(operation.schema, making),
      })
      .map(({ holding, target, chosen, body }): Asked => {
        return {
          operation,
          method: operation.method,
          target,
          headers: { ...chosen, ...holding.headers },
          body,
          holding,
        }
      })
  return fc.oneof(
    ...operationsOf(document).map((operation) => ({ weight: weightOf(operation), arbitrary: ofOne(operation) })),
  )
}

/** Mostly one who may. */
function holdingFor({ holders }: Operation, all: readonly Holding[]): fc.Arbitrary<Holding> {
  const fitting = all.filter(({ name }) => holders.includes(name))
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...(fitting.length > 0 ? fitting : all)) },
    { weight: 1, arbitrary: fc.constantFrom(...all) },
  )
}

/** What only a holder may ask is what there is to find. */
function weightOf({ method, path, takesBody }: Operation): number {
  if (method === 'DELETE') return 1
  if (/^\/v1\/(taps|tags|api|attention|admin|stream\/taps)|^\/t\//.test(path)) return takesBody ? 6 : 4
  return takesBody ? 2 : 1
}
