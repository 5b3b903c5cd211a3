import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { answering } from '../../harness/answering.ts'

/** What a server under measurement is asked to do. */
export type ServerQuestion =
  /** One update to everybody. */
  | { readonly op: 'push'; readonly what: Pushed }
  /** Updates at a steady pace; answered after the last one. */
  | { readonly op: 'pace'; readonly updates: number; readonly everyMs: number }
  | { readonly op: 'cpu' }
  /** Answered after a garbage collection. */
  | { readonly op: 'memory' }

/** One small message; several in the same turn; or the whole list of thirty tokens. */
export type Pushed = 'delta' | 'burst' | 'list'

/** Messages in a burst. */
export const BURST = 4

/** Does what the bench asks, with the server's own way to push. Microseconds of processor time, bytes of memory. */
export function pushing(ready: unknown, push: (what: Pushed) => void): void {
  answering(ready, (asked) => {
    const question = asked as ServerQuestion
    if (question.op === 'cpu') return cpuUs()
    if (question.op === 'memory') return memoryBytes()
    if (question.op === 'pace') return pace(question, () => push('delta'))
    push(question.what)
    return null
  })
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

function memoryBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // The second one takes what the first only found out to be finished with.
  collect()
  collect()
  return process.memoryUsage.rss()
}

/** Updates that are due while an earlier one is still being written are left out, as a service would. */
function pace({ updates, everyMs }: { updates: number; everyMs: number }, push: () => void): Promise<null> {
  const startMs = performance.now()
  return new Promise((resolve) => {
    const step = () => {
      push()
      // What came meanwhile goes first: a timer that is due already would keep it waiting.
      setImmediate(wait)
    }
    const wait = () => {
      const passedMs = performance.now() - startMs
      if (passedMs >= updates * everyMs) resolve(null)
      else setTimeout(step, everyMs - (passedMs % everyMs))
    }
    step()
  })
}
