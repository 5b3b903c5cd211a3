import type { Script } from '../redis/script.ts'

/** What each part of the board asks Redis through. */
export interface RedisQuestions {
  readonly owner: string
  readonly leaseTtlMs: number
  readonly ticksKey: string
  readonly headKey: string
  run(script: Script, args: readonly (string | Buffer)[]): Promise<unknown>
  /** One command. */
  send(args: readonly string[]): Promise<unknown>
  /** One command that may make Redis wait for READ_WAIT_MS, on a connection of its own: others would wait behind it. */
  sendWaiting(args: readonly string[]): Promise<unknown>
}

/** What comes, or `[]` for nothing and when the signal comes first. */
export async function untilAborted(answer: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  const aborted = Promise.withResolvers<null>()
  const stop = () => aborted.resolve(null)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    return (await Promise.race([answer, aborted.promise])) ?? []
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
