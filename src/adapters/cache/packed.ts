import type { Stamped } from '../../ports/cache.ts'
import { script } from '../redis/script.ts'

/**
 * One Redis string per entry: the stamp, then the text, because Redis tells a client that a plain string changed and
 * a script can compare the stamp without reading the text.
 */
export function pack({ stampMs, text }: Stamped): string {
  return `${stampMs}${wireText(text)}`
}

/** @returns null for a string that `pack` did not make. */
export function unpack(packed: string): Stamped | null {
  const mark = /[:!]/.exec(packed.slice(0, STAMP_CHARS_MAX))
  if (mark === null) return null
  const stampMs = Number(packed.slice(0, mark.index) || Number.NaN)
  const rest = packed.slice(mark.index + 1)
  return Number.isFinite(stampMs) ? { stampMs, text: mark[0] === ':' ? rest : JSON.parse(rest) } : null
}

/**
 * `:` and the text, or `!` and its JSON when it has a lone surrogate: UTF-8 has no form for half a character, so it
 * would come back as U+FFFD, and two keys that differ only there would be one.
 */
export function wireText(text: string): string {
  return text.isWellFormed() ? `:${text}` : `!${JSON.stringify(text)}`
}

/** No JavaScript number is written longer than this, mark included. */
const STAMP_CHARS_MAX = 32

/**
 * KEYS[1] the key, ARGV[1] the stamp, ARGV[2] the packed entry, ARGV[3] its time in milliseconds.
 * @returns 1 when the entry was written, 0 when a newer one stays. A string that `pack` did not make is overwritten.
 */
export const PUT_IF_NEWER = script(`
local head = redis.call('GETRANGE', KEYS[1], 0, ${STAMP_CHARS_MAX - 1})
local held = tonumber(string.match(head, '^([^:!]+)[:!]'))
if held and held < math.huge and held > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`)
