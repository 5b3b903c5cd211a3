import { script } from '../redis/script.ts'

/**
 * The five keys, in the order in which every script takes them. They lie in one slot of a cluster by their hash tag.
 * - head: hash of epoch, seq, fence, run (of the Redis process that began the epoch), nonce (of the last append) and
 *   note (that of the last holder who left one)
 * - ticks: stream of entries `<epoch>-<seq>`
 * - lease: the owner, with its time
 * - fence: the newest fence that was given
 * - snap: hash of epoch, seq and body
 */
export function keysOf(
  prefix: string,
): readonly [head: string, ticks: string, lease: string, fence: string, snap: string] {
  const key = (name: string) => `{${prefix}}:${name}`
  return [key('head'), key('ticks'), key('lease'), key('fence'), key('snap')]
}

/**
 * Fences come from the clock of Redis unless a larger one is known, so they grow also when Redis has lost everything.
 * `run_id` changes whenever the process behind the keys does: a restart, a failover, a move to another node. Comparing
 * seqs would not do: after a loss somebody else may have filled the same numbers with other content.
 */
const PRELUDE = `
local head, ticks, lease, fence, snap = unpack(KEYS)
local function whole(number) return string.format('%.0f', number) end
local function run_id() return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') end
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function newest_fence()
  return math.max(tonumber(redis.call('GET', fence) or 0), tonumber(redis.call('HGET', head, 'fence') or 0))
end
`

/**
 * ARGV owner, ttl. @returns [now, note, fence, epoch, seq, 1 when the epoch goes on], or [now, note] when another holds;
 * '' for no note and for no epoch.
 */
export const CLAIM = script(`${PRELUDE}
local owner, ttl_ms = ARGV[1], ARGV[2]
local holder, now = redis.call('GET', lease), now_ms()
local at = redis.call('HMGET', head, 'epoch', 'seq', 'run', 'note')
local note = at[4] or ''
if holder and holder ~= owner then return {whole(now), note} end
local given = newest_fence()
if not holder or given == 0 then
  given = math.max(given + 1, now)
  redis.call('SET', fence, whole(given))
end
redis.call('SET', lease, owner, 'PX', ttl_ms)
if not at[1] then return {whole(now), note, whole(given), '', '0', 0} end
return {whole(now), note, whole(given), at[1], at[2], at[3] == run_id() and 1 or 0}
`)

/** ARGV owner, note. @returns 1 when it was left. */
export const LEAVE = script(`${PRELUDE}
if redis.call('GET', lease) ~= ARGV[1] then return 0 end
redis.call('HSET', head, 'note', ARGV[2])
return 1
`)

/** ARGV owner. */
export const RELEASE = script(`${PRELUDE}
if redis.call('GET', lease) == ARGV[1] then redis.call('DEL', lease) end
return 'OK'
`)

/** ARGV owner, fence, epoch that is known already or 0, body. @returns the new epoch, or FENCED. */
export const BEGIN = script(`${PRELUDE}
local owner, given, after, body = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
if redis.call('GET', lease) ~= owner or newest_fence() > given then return 'FENCED' end
local old = math.max(after, tonumber(redis.call('HGET', head, 'epoch') or 0))
local last = redis.call('XREVRANGE', ticks, '+', '-', 'COUNT', 1)
if last[1] then old = math.max(old, tonumber(string.match(last[1][1], '^(%d+)-'))) end
local epoch = whole(math.max(now_ms(), old + 1))
redis.call('DEL', ticks, snap)
redis.call('HSET', snap, 'epoch', epoch, 'seq', 0, 'body', body)
redis.call('HSET', head, 'epoch', epoch, 'seq', 0, 'fence', whole(given), 'run', run_id(), 'nonce', '')
redis.call('XADD', ticks, epoch .. '-0', 'k', 'begin')
return epoch
`)

/** ARGV owner, fence, epoch, seq, nonce, body, ttl, entries kept. @returns OK, FENCED, RESTARTED or LOST. */
export const APPEND = script(`${PRELUDE}
local owner, given, epoch, seq, nonce, body, ttl_ms, keep = unpack(ARGV)
local at = redis.call('HMGET', head, 'epoch', 'seq', 'run', 'nonce')
if not at[1] then return 'LOST' end
local holder = redis.call('GET', lease)
if at[1] == epoch and at[2] == seq and at[4] == nonce then
  -- The answer to this very append never arrived.
  if holder == owner then redis.call('PEXPIRE', lease, ttl_ms) end
  return 'OK'
end
if newest_fence() > tonumber(given) or (holder and holder ~= owner) then return 'FENCED' end
if at[3] ~= run_id() then return 'RESTARTED' end
if not holder then return 'FENCED' end
if at[1] ~= epoch or tonumber(at[2]) + 1 ~= tonumber(seq) then return 'LOST' end
redis.call('XADD', ticks, 'MAXLEN', keep, epoch .. '-' .. seq, 'k', 'tick', 'body', body)
redis.call('HSET', head, 'seq', seq, 'fence', given, 'nonce', nonce)
redis.call('PEXPIRE', lease, ttl_ms)
return 'OK'
`)

/** ARGV owner, fence, epoch, seq, body. @returns 1 when it was stored. */
export const SNAPSHOT = script(`${PRELUDE}
local owner, given, epoch, seq, body = unpack(ARGV)
local holder = redis.call('GET', lease)
if newest_fence() > tonumber(given) or (holder and holder ~= owner) then return 0 end
if redis.call('HGET', head, 'epoch') ~= epoch then return 0 end
local held = redis.call('HMGET', snap, 'epoch', 'seq')
if held[1] == epoch and tonumber(held[2]) >= tonumber(seq) then return 0 end
redis.call('HSET', snap, 'epoch', epoch, 'seq', seq, 'body', body)
return 1
`)
