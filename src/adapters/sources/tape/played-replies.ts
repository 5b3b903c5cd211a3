import { SourceError } from '../../../domain/errors.ts'
import type { TapeReply } from '../../../ports/tape.ts'
import type { Engine } from '../engine/engine.ts'

/** Engines that ask nobody: they give what is on the tape. */
export interface PlayedReplies {
  /** From now on these are the replies, each to one request for its path. */
  load(replies: readonly TapeReply[]): void
  around(engine: Engine): Engine
}

export function playedReplies(): PlayedReplies {
  let left: readonly TapeReply[] = []
  const get: Engine['get'] = async (path) => {
    const reply = left.find((one) => one.path === path)
    // As if it had not been permitted, which is what happened to a further request that was never made.
    if (reply === undefined) throw new SourceError('budget_spent', `nobody asked for ${path}`)
    left = left.filter((one) => one !== reply)
    if ('failure' in reply) throw new SourceError(reply.failure, 'as on the tape')
    return reply
  }
  return {
    load(replies) {
      left = replies
    },
    around: (engine) => ({ ...engine, get, getFurther: get }),
  }
}
