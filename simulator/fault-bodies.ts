import type { Reply } from './reply.ts'

/** Keys under which a source states a price. */
const PRICE_KEYS = new Set([
  'priceUsd',
  'priceNative',
  'usdPrice',
  'price_usd',
  'base_token_price_usd',
  'quote_token_price_usd',
  'base_token_price_native_currency',
  'quote_token_price_native_currency',
  'usd',
])
/** Maps whose values are prices, whatever their keys. */
const PRICE_MAPS = new Set(['token_prices'])
const LABEL_KEYS = new Set(['name', 'symbol', 'dexId', 'label'])
/** Keys that hold texts, even where one reads like a number, and numbers that count no money. */
const OTHER_KEYS = new Set([
  ...LABEL_KEYS,
  'id',
  'address',
  'pairAddress',
  'tokenAddress',
  'decimals',
  'blockId',
  'priceBlockId',
])
const NUMERIC = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i
/** Stands in a body until it is text, because no JavaScript number is 1e400. */
const HUGE = '@@huge@@'

/** Where a value stands: its own key and that of the object around it. */
interface Place {
  readonly key: string
  readonly within: string
}
type Rewrite = (value: unknown, place: Place) => unknown

/** The same body with every leaf passed through `rewrite`; an answer that is not JSON stays as it is. */
function rewritten(reply: Reply, rewrite: Rewrite): Reply {
  if (reply.status !== 200) return reply
  const body = walk(JSON.parse(reply.text), { key: '', within: '' }, rewrite)
  return { ...reply, text: JSON.stringify(body) }
}

function walk(value: unknown, place: Place, rewrite: Rewrite): unknown {
  if (Array.isArray(value)) return value.map((item) => walk(item, { key: '', within: place.key }, rewrite))
  if (value === null || typeof value !== 'object') return rewrite(value, place)
  const pairs = Object.entries(value).map(([key, item]) => [key, walk(item, { key, within: place.key }, rewrite)])
  return Object.fromEntries(pairs)
}

const isNumeric = (value: unknown, { key }: Place): value is number | string =>
  !OTHER_KEYS.has(key) && (typeof value === 'number' || (typeof value === 'string' && NUMERIC.test(value)))
const isPrice = (value: unknown, place: Place): value is number | string =>
  isNumeric(value, place) && (PRICE_KEYS.has(place.key) || PRICE_MAPS.has(place.within))
/** A changed amount in the type that the source uses. */
const alike = (old: number | string, value: number) => (typeof old === 'number' ? value : String(value))

/** Every number and label is of some other type. */
export function wrongTypes(reply: Reply): Reply {
  let count = 0
  const others: readonly unknown[] = ['lots', true, [], {}]
  return rewritten(reply, (value, place) => {
    if (LABEL_KEYS.has(place.key)) return 42
    return isNumeric(value, place) ? others[count++ % others.length] : value
  })
}

/** Every price is the text "NaN". */
export const notNumbers = (reply: Reply) => rewritten(reply, (value, place) => (isPrice(value, place) ? 'NaN' : value))

/** Every amount, not prices alone, is below zero. */
export const negative = (reply: Reply) =>
  rewritten(reply, (value, place) => (isNumeric(value, place) ? alike(value, -Math.abs(Number(value))) : value))

/** Every amount is zero. */
export const zero = (reply: Reply) =>
  rewritten(reply, (value, place) => (isNumeric(value, place) ? alike(value, 0) : value))

/** Every amount is 1e400, which no double can hold. */
export function huge(reply: Reply): Reply {
  const marked = rewritten(reply, (value, place) => {
    if (!isNumeric(value, place)) return value
    return typeof value === 'number' ? HUGE : '1e400'
  })
  return { ...marked, text: marked.text.replaceAll(`"${HUGE}"`, '1e400') }
}

/** Every price is fifty times the truth. */
export const outlier = (reply: Reply) =>
  rewritten(reply, (value, place) => (isPrice(value, place) ? alike(value, Number(value) * 50) : value))

/** Every label carries line breaks that try to begin a header, a control sequence and a NUL. */
export const crlf = (reply: Reply) =>
  labelled(reply, (label) => `${label}\r\nX-Injected: yes\r\n\r\n{}\u0000\u001b[31m`)

/** Every label begins like a formula of a spreadsheet. */
export function formula(reply: Reply): Reply {
  let count = 0
  const beginnings = ['=HYPERLINK("http://formula.example","', '+1+', '-1-', '@SUM(A1)'] as const
  return labelled(reply, (label) => `${beginnings[count++ % beginnings.length]}${label}`)
}

const labelled = (reply: Reply, make: (label: string) => string) =>
  rewritten(reply, (value, { key }) => (LABEL_KEYS.has(key) && typeof value === 'string' ? make(value) : value))
