import { DAY_MS, parseWhen } from '../calendar.ts'
import { isTagUid } from './tag.ts'
import { TAP_COUNT_MAX, type Tap } from './tap.ts'

/** Why a tap cannot be one. `invalid_tap`: it has not the members of a tap. `tag_not_found`: no tag can be called so. */
export type TapFlaw = 'invalid_tap' | 'invalid_id' | 'invalid_count' | 'invalid_time' | 'tag_not_found'

/** Before it there was nothing to tap: whatever says so has a clock that was never set. */
export const TAP_EARLIEST_MS = Date.UTC(2000, 0)
/** How far the clock of a team may be ahead of ours. */
export const TAP_AHEAD_MAX_MS = DAY_MS
const ID_LENGTH_MAX = 64
/** No control characters, no halves of a pair, no ends of a line: what a log, a terminal or a store stumbles over. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u
const MEMBERS: ReadonlySet<string> = new Set(['id', 'tag', 'count', 'at'])

/** Reads one tap as it came. What it says is not compared with the time that it is: see `isTooEarly`. */
export function readTap(value: unknown): Tap | TapFlaw {
  if (!isRecord(value) || Object.keys(value).some((key) => !MEMBERS.has(key))) return 'invalid_tap'
  const { id, count = 1, at } = value
  const tag = readTag(value['tag'])
  if (tag === null) return 'invalid_tap'
  if (!isTapId(id)) return 'invalid_id'
  if (!isCount(count)) return 'invalid_count'
  const atMs = at === undefined ? null : readTime(at)
  if (atMs === 'invalid_time') return atMs
  return isTagUid(tag) ? { id, tag, count, atMs } : 'tag_not_found'
}

/** True for a tap that is so far in the future that no clock is only fast. */
export function isTooEarly({ atMs }: Tap, nowMs: number): boolean {
  return atMs !== null && atMs > nowMs + TAP_AHEAD_MAX_MS
}

/** 1 to 64 characters, each of them printable. */
export function isTapId(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 2 * ID_LENGTH_MAX || UNPRINTABLE.test(value)) return false
  const { length } = [...value]
  return length >= 1 && length <= ID_LENGTH_MAX
}

/** A number is as good as its digits while a double holds it exactly. */
function readTag(value: unknown): string | null {
  if (typeof value === 'string') return value
  return Number.isSafeInteger(value) ? String(value) : null
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= TAP_COUNT_MAX
}

function readTime(value: unknown): number | 'invalid_time' {
  if (typeof value !== 'string') return 'invalid_time'
  const when = parseWhen(value)
  if (!('kind' in when) || when.kind !== 'instant' || when.ms < TAP_EARLIEST_MS) return 'invalid_time'
  return when.ms
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
