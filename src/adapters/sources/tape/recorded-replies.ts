import { SourceError } from '../../../domain/errors.ts'
import type { TapeReplies, TapeReply } from '../../../ports/tape.ts'
import type { Engine } from '../engine/engine.ts'

/** Notes what comes through the engines of sources. A call is known by its signal, which no other call has. */
export interface RecordedReplies extends TapeReplies {
  around(engine: Engine): Engine
}

export function recordedReplies(): RecordedReplies {
  const bySignal = new WeakMap<AbortSignal, TapeReply[]>()
  const note = (signal: AbortSignal, reply: TapeReply) => {
    const replies = bySignal.get(signal) ?? []
    replies.push(reply)
    bySignal.set(signal, replies)
  }
  const noting = (get: Engine['get']): Engine['get'] => {
    return async (path, signal) => {
      try {
        const reply = await get(path, signal)
        note(signal, { path, ...reply })
        return reply
      } catch (error) {
        if (error instanceof SourceError) note(signal, { path, failure: error.reason })
        throw error
      }
    }
  }
  return {
    around: (engine) => ({ ...engine, get: noting(engine.get), getFurther: noting(engine.getFurther) }),
    take(signal) {
      const replies = bySignal.get(signal) ?? []
      bySignal.delete(signal)
      return replies
    },
  }
}
