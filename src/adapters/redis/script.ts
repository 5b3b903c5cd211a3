import { createHash } from 'node:crypto'
import { ErrorReply } from 'redis'
import type { Send } from './link.ts'

/** A Lua script and the hash by which Redis knows it once it has run. */
export interface Script {
  readonly text: string
  readonly sha1: string
}

export function script(text: string): Script {
  return { text, sha1: createHash('sha1').update(text).digest('hex') }
}

/**
 * Runs a script; its text travels only when Redis does not know it: it was restarted, or its scripts were flushed.
 * @param args how many keys, the keys, then everything else
 */
export async function evaluate(send: Send, { sha1, text }: Script, args: readonly (string | Buffer)[]) {
  try {
    return await send(['EVALSHA', sha1, ...args])
  } catch (error) {
    if (!(error instanceof ErrorReply && error.message.startsWith('NOSCRIPT'))) throw error
    return send(['EVAL', text, ...args])
  }
}
