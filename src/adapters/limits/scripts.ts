import { type Script, script } from '../redis/script.ts'

/**
 * What was taken with one key is a sorted set: a name for each, by the microsecond of Redis' clock at which it was taken.
 * Names make giving back and remembering harmless to repeat, in any order. (A list of bare times is smaller, but two
 * takings of one moment could not be told apart.) Up to 128 of them are one compact string in Redis' memory.
 */
export interface Scripts {
  /** Args: see `takeArgs`. @returns see `Held`, or -1 alone: the witness is missing, and nothing was done */
  readonly take: Script
  /** Writes nothing. Args: see `lookArgs`. @returns as `take`, nothing taken */
  readonly look: Script
}

/** What Redis answers: how many of those asked for were taken, how many there are now, and when there is one more. */
export type Held = readonly [taken: number, held: number, moreInMicros: number]

/** @param readTime Lua for Redis' time, seconds and microseconds; tests bring another */
export function limitScripts(readTime = "redis.call('TIME')"): Scripts {
  return { take: script(now(readTime) + TAKE), look: script(now(readTime) + LOOK) }
}

/** A clock that was put back stands still instead: nothing that was taken may become a thing of the future. */
const now = (readTime: string) => `
local key, limit, window = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local time = ${readTime}
local now = time[1] * 1000000 + time[2]
local function stamp(at) return tonumber(redis.call('ZRANGE', key, at, at, 'WITHSCORES')[2] or 0) end
now = math.max(now, stamp(-1))
`

/** A Redis without memory lets a script finish that has written before it needs any: this one begins with removing. */
const TAKE = `
if ARGV[3] ~= '' and not redis.call('ZSCORE', key, ARGV[3]) then return -1 end
redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
local first, gone = 6 + ARGV[4], 6 + ARGV[4] + ARGV[5]
for i = first, gone - 1 do redis.call('ZREM', key, ARGV[i]) end
for i = gone, #ARGV, 2 do
  if tonumber(ARGV[i]) < window then redis.call('ZADD', key, 'NX', now - ARGV[i], ARGV[i + 1]) end
end
local held, taken = redis.call('ZCARD', key), 0
while taken < tonumber(ARGV[4]) and held < limit do
  redis.call('ZADD', key, now, ARGV[6 + taken])
  held, taken = held + 1, taken + 1
end
if held == 0 then return {0, 0, 0} end
if taken > 0 or gone <= #ARGV then redis.call('PEXPIRE', key, math.ceil(window / 1000)) end
return {taken, held, stamp(math.max(0, held - limit)) + window - now}
`

const LOOK = `
local held = redis.call('ZCOUNT', key, string.format('(%.0f', now - window), '+inf')
if held == 0 then return {0, 0, 0} end
local at = redis.call('ZCARD', key) - held + math.max(0, held - limit)
return {0, held, stamp(at) + window - now}
`

export interface TakeWish {
  readonly limit: number
  readonly windowMs: number
  /** One that must be there; empty: none need be. */
  readonly witness: string
  readonly names: readonly string[]
  readonly gone: readonly string[]
  /** Names and when they were taken. */
  readonly remembered: readonly (readonly [name: string, atMs: number])[]
}

/** @param nowMs on the clock of the times in the wish */
export function takeArgs({ limit, windowMs, witness, names, gone, remembered }: TakeWish, nowMs: number): string[] {
  // Redis takes from its own clock how long ago it was.
  const pairs = remembered.flatMap(([name, atMs]) => [micros(nowMs - atMs), name])
  const counts = [String(names.length), String(gone.length)]
  return [...lookArgs(limit, windowMs), witness, ...counts, ...names, ...gone, ...pairs]
}

export function lookArgs(limit: number, windowMs: number): string[] {
  return [String(limit), micros(windowMs)]
}

/** Down, so that nothing seems to be longer ago than it is. */
function micros(ms: number): string {
  return String(Math.floor(ms * 1000))
}
