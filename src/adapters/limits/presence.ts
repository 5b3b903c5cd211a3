import type { Clock } from '../../ports/clock.ts'
import { evaluate, script } from '../redis/script.ts'
import type { Questions } from './questions.ts'

/** How many instances there are. */
export interface Presence {
  /** When Redis last said so; at least this one. */
  instances(): number
  close(): Promise<void>
}

export interface PresenceOptions {
  readonly questions: Questions
  readonly key: string
  readonly owner: string
  readonly clock: Clock
}

const TELL_EVERY_MS = 5_000
const TELL_AGAIN_MS = 500

/** KEYS[1] who is there, by when they last said so. ARGV[1] who says so now. Whoever was silent for 20 seconds is gone. */
const TELL = script(`
local time = redis.call('TIME')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', time[1] - 20)
redis.call('ZADD', KEYS[1], time[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], 60)
return redis.call('ZCARD', KEYS[1])
`)

/** Every instance says every five seconds that it is there, so that they can share a limit while they cannot talk. */
export function presence({ questions, key, owner, clock }: PresenceOptions): Presence {
  let count = 1
  let isOpen = true
  let cancel = () => {}
  const tell = async () => {
    const answer = await questions.ask<number>((send) => evaluate(send, TELL, ['1', key, owner]))
    count = answer ?? count
    if (isOpen) cancel = clock.after(answer === null ? TELL_AGAIN_MS : TELL_EVERY_MS, () => void tell())
  }
  void tell()
  return {
    instances: () => Math.max(1, count),
    async close() {
      isOpen = false
      cancel()
      await questions.ask((send) => send(['ZREM', key, owner]))
    },
  }
}
