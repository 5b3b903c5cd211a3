import { Worker } from 'node:worker_threads'
import { StoreUnavailable } from '../../../domain/errors.ts'
import { faultOf } from '../faults.ts'
import type { Answer, Order } from './messages.ts'

const CLOSED = 'The embedded database is closed.'

/** The engine's thread: orders are carried out in the order they were given. */
export interface EngineThread {
  /** @throws the engine's refusal, or StoreUnavailable once the thread is gone */
  order(sql: string | null, params: Order['params']): Promise<readonly unknown[]>
  /** Settles with the reason when the thread has ended, by itself or not. */
  readonly gone: Promise<string>
  /**
   * Ends it where it stands. What was acknowledged is safe: the next opening reads it from the log.
   * @param reason a sentence for the operator
   */
  terminate(reason?: string): Promise<void>
}

/** @throws StoreUnavailable when the folder cannot be opened, or `signal` is aborted before it is */
export async function startThread(folder: string, signal: AbortSignal): Promise<EngineThread> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { folder } })
  const gone = Promise.withResolvers<string>()
  const waiting = new Map<number, PromiseWithResolvers<readonly unknown[]>>()
  let ended: string | null = null
  const end = (reason: string) => {
    ended ??= reason
    for (const { reject } of waiting.values()) reject(new StoreUnavailable(ended))
    waiting.clear()
    gone.resolve(ended)
  }
  worker.on('message', ({ id, rows, fault }: Answer) => {
    const asked = waiting.get(id)
    waiting.delete(id)
    if (fault === undefined) asked?.resolve(rows ?? [])
    else asked?.reject(faultOf(Object.assign(new Error(fault.message), { code: fault.code })))
    // What is no refusal of the engine's own is the engine breaking down: nothing it says from now on can be relied on.
    if (fault !== undefined && !/^[0-9A-Z]{5}$/.test(fault.code)) void terminate(sentenceOf(fault))
  })
  worker.on('error', (error) => end(sentenceOf(error as NodeJS.ErrnoException)))
  worker.on('exit', () => end('The embedded database has stopped.'))

  const terminate = async (reason: string) => {
    end(reason)
    await worker.terminate()
  }
  let orders = 0
  const expect = (id: number) => {
    if (ended !== null) throw new StoreUnavailable(ended)
    const asked = Promise.withResolvers<readonly unknown[]>()
    waiting.set(id, asked)
    return asked.promise
  }
  const abort = () => void terminate(CLOSED)
  signal.addEventListener('abort', abort)
  await expect(orders).finally(() => signal.removeEventListener('abort', abort))
  return {
    async order(sql, params) {
      orders += 1
      const answer = expect(orders)
      worker.postMessage({ id: orders, sql, params } satisfies Order)
      return answer
    },
    gone: gone.promise,
    terminate: (reason = CLOSED) => terminate(reason),
  }
}

function sentenceOf(fault: { readonly message: string; readonly code?: string }): string {
  const code = fault.code || /\b(?:ENOSPC|EACCES|EROFS|EIO)\b/.exec(fault.message)?.[0]
  return `The embedded database does not work (${code ?? 'it broke off'}).`
}
