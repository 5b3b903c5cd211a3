import fc from 'fast-check'

/** As much of a JSON schema as bodies are made from. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly example?: unknown
}

/** Texts that are right for a name, whatever it is the name of: a query key, a part of a path, a member of a body. */
export type RightTexts = Readonly<Record<string, readonly string[]>>

export interface BodyMaking {
  readonly schemas: Readonly<Record<string, Schema>>
  readonly right: RightTexts
}

/** What no reader expects; as text of JSON it is what stands behind the mark, without quotes. */
const RAW = '\ue000'
const NASTY_VALUES: readonly unknown[] = [
  null,
  true,
  {},
  [],
  [[]],
  '',
  '\0',
  'a\0b',
  '\ud800',
  'x\udfff',
  '\u202e',
  ' ',
  'Z'.repeat(3000),
  '🚀'.repeat(64),
  "'; drop table tap; --",
  '2023-02-30',
  '2023-02-28T25:00:00Z',
  '+275760-09-13T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '0x0000000000000000000000000000000000000000',
  '9223372036854775808',
  'javascript:alert(1)',
  'https://127.0.0.1/',
  0,
  -1,
  0.5,
  2 ** 31,
  2 ** 53,
  `${RAW}1e400`,
  `${RAW}-1e400`,
  `${RAW}-0`,
  `${RAW}1e-400`,
  `${RAW}9007199254740993`,
  `${RAW}${'9'.repeat(400)}`,
  `${RAW}${'['.repeat(40)}${']'.repeat(40)}`,
  `${RAW}${'{"a":'.repeat(40)}1${'}'.repeat(40)}`,
  `${RAW}${'['.repeat(9000)}`,
  `${RAW}{"__proto__":{"x":1}}`,
  `${RAW}{"a":1,"a":2}`,
]

/** More is cut off: it could not be answered before the connection is closed. */
const LENGTH_MAX = 1024 * 1024

/** A body as it travels: mostly nearly what the schema asks for, so that it gets past the first check. */
export function bodyOf(schema: Schema, making: BodyMaking): fc.Arbitrary<string | Uint8Array<ArrayBuffer>> {
  const change = fc.record({
    place: fc.nat(),
    what: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...NASTY_VALUES) },
      { weight: 1, arbitrary: fc.constantFrom<Change>('drop', 'add', 'many', 'too many') },
    ),
  })
  const changes = fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(change, { minLength: 1, maxLength: 2 }) },
  )
  const value = fc
    .tuple(rightValue(schema, making, ''), changes)
    .map(([made, all]) => textOf(reasonable(all).reduce(changed, made)).slice(0, LENGTH_MAX))
  const spoilt = fc.constantFrom(...SPOILING)
  return fc.oneof(
    { weight: 8, arbitrary: value },
    { weight: 2, arbitrary: fc.tuple(value, spoilt).map(([text, spoil]) => spoil(text)) },
  )
}

function rightValue(schema: Schema, making: BodyMaking, name: string): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    return rightValue(making.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, making, name)
  }
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => rightValue(one, making, name)))
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0]
  if (type === 'object') return objectOf(schema, making)
  if (type === 'array') return fc.array(rightValue(schema.items ?? {}, making, name), { maxLength: 5 })
  if (type === 'integer' || type === 'number') {
    return fc.constantFrom(schema.minimum ?? 1, 1, 7, schema.maximum ?? 1000)
  }
  const right = making.right[name] ?? ['x']
  return fc.constantFrom(...right, ...(typeof schema.example === 'string' ? [schema.example] : []))
}

function objectOf({ properties = {}, required = [] }: Schema, making: BodyMaking): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, schema]) => [name, rightValue(schema, making, name)] as const)
  return fc.record(Object.fromEntries(members), { requiredKeys: [...required] })
}

/** Many of what is large already, or many of many, would be too much to make. */
function reasonable<Made extends { readonly what: unknown }>(changes: readonly Made[]): readonly Made[] {
  const many = changes.find(({ what }) => what === 'many' || what === 'too many')
  return many === undefined ? changes : [many]
}

type Change = 'drop' | 'add' | 'many' | 'too many'
type Holder = Record<string, unknown> | unknown[]

/** The value with one thing in it changed; made anew, for values are shared. */
function changed(value: unknown, { place, what }: { readonly place: number; readonly what: unknown }): unknown {
  const copy = structuredClone(value)
  const places = placesIn(copy)
  const chosen = places[place % Math.max(1, places.length)]
  if (chosen === undefined) return what
  const [holder, key] = chosen
  if (what === 'drop') Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key]
  else if (what === 'add') Array.isArray(holder) ? holder.push(null) : Object.assign(holder, { surplus: 1 })
  else if (what === 'many') set(holder, key, Array(1001).fill(at(holder, key)))
  else if (what === 'too many') set(holder, key, Array(10_001).fill(at(holder, key)))
  else set(holder, key, what)
  return copy
}

function placesIn(value: unknown): (readonly [Holder, string])[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Holder
  return Object.keys(holder).flatMap((key) => [[holder, key] as const, ...placesIn(at(holder, key))])
}

function at(holder: Holder, key: string): unknown {
  return (holder as Record<string, unknown>)[key]
}

function set(holder: Holder, key: string, value: unknown): void {
  Object.assign(holder, { [key]: value })
}

function textOf(value: unknown): string {
  return JSON.stringify(value).replaceAll(/"\ue000((?:[^"\\]|\\.)*)"/g, (_, raw: string) => JSON.parse(`"${raw}"`))
}

const bytes = (text: string) => new TextEncoder().encode(text)

/** What may happen to a text of JSON as a whole. */
const SPOILING: readonly ((text: string) => string | Uint8Array<ArrayBuffer>)[] = [
  () => '',
  () => 'null',
  () => '['.repeat(9000),
  (text) => text.slice(0, -1),
  (text) => `${text}${text}`,
  (text) => `\ufeff${text}`,
  (text) => text.replace('{', '{"a":1,"a":2,'),
  (text) => text.replace('{', '{"constructor":{"prototype":1},'),
  (text) => text.padEnd(300 * 1024),
  (text) => JSON.stringify({ taps: 'x'.repeat(300 * 1024), text }),
  (text) => new Uint8Array([...bytes(text), 0xff]),
  (text) => new Uint8Array([0xed, 0xa0, 0x80, ...bytes(text)]),
  (text) => bytes(text).map((byte, index) => (index % 17 === 5 ? 0xc3 : byte)),
]
