import type { Source } from './model.ts'
import { json, type Reply } from './reply.ts'

const YEAR_MS = 365 * 86_400_000
const NESTING = 200_000

/** How each source says that it found nothing. */
const NOTHING: Readonly<Record<Source, unknown>> = {
  dexscreener: { schemaVersion: '1.0.0', pairs: null },
  jupiter: [],
  geckoterminal: { data: [] },
  coingecko: {},
}

/** A good answer without rows. DexScreener's newer routes and Jupiter's prices have other wrappers. */
export function nothingFound(source: Source, url: string): Reply {
  if (/^\/(tokens|token-\w+)\//.test(url) && source === 'dexscreener') return json([])
  return json(url.startsWith('/price/') ? {} : NOTHING[source])
}

/** Cut in the middle, with a length that fits what is left. */
export const truncated = (reply: Reply): Reply => ({
  ...reply,
  text: reply.text.slice(0, Math.floor(reply.text.length / 2)),
})

export const htmlPage = (): Reply => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  text: '<!doctype html><html><head><title>Just a moment...</title></head><body><h1>Maintenance</h1></body></html>',
})

/** Arrays within arrays, 200,000 deep, closed as they should be. */
export const nesting = (): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  text: '['.repeat(NESTING) + ']'.repeat(NESTING),
})

/** Each price stands twice in its object: first as it is, then fifty times that. Parsers that keep the last believe the second. */
export function duplicateKeys(reply: Reply): Reply {
  const twice = /"(priceUsd|usdPrice|price_usd|base_token_price_usd|usd)":("?)([\d.eE+-]+)\2(?=[,}])/g
  const text = reply.text.replace(twice, (all, key: string, quote: string, value: string) => {
    return `${all},"${key}":${quote}${Number(value) * 50}${quote}`
  })
  return { ...reply, text }
}

/** Every object has a `__proto__` and a `constructor` of its own, which try to change all others. */
export function poisoned(reply: Reply): Reply {
  const poison =
    '"__proto__":{"polluted":true,"priceUsd":"1","usdPrice":1},"constructor":{"prototype":{"polluted":true}},'
  return { ...reply, text: reply.text.replace(/\{(?=")/g, `{${poison}`) }
}

/** Every stamp, in the body and in the headers, is a year off. */
export function shifted(
  reply: Reply,
  { direction, nowMs }: { readonly direction: 1 | -1; readonly nowMs: number },
): Reply {
  const byMs = direction * YEAR_MS
  const iso = (text: string) => new Date(Date.parse(text) + byMs).toISOString()
  const text = reply.text
    .replace(/"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/g, (_, stamp: string) => `"${iso(stamp)}"`)
    .replace(/"(pairCreatedAt)":(\d+)/g, (_, key: string, ms: string) => `"${key}":${Number(ms) + byMs}`)
    .replace(/"(last_updated_at)":(\d+)/g, (_, key: string, s: string) => `"${key}":${Number(s) + byMs / 1000}`)
  const age = direction === -1 ? YEAR_MS / 1000 : -YEAR_MS / 1000
  return { ...reply, text, headers: { ...reply.headers, age: String(age), date: new Date(nowMs + byMs).toUTCString() } }
}
