import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Memory } from './stalled-words.ts'

const LOOK_EVERY_MS = 100

/** Watches the memory of this process. */
export function memoryWatch() {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let highest = memoryOf(process.memoryUsage())
  setInterval(() => {
    const used = memoryOf(process.memoryUsage())
    highest = {
      rssMb: Math.max(highest.rssMb, used.rssMb),
      heapMb: Math.max(highest.heapMb, used.heapMb),
      buffersMb: Math.max(highest.buffersMb, used.buffersMb),
    }
  }, LOOK_EVERY_MS)
  return {
    /** After a garbage collection; the second one takes what the first only found out to be finished with. */
    now(): Memory {
      collect()
      collect()
      return memoryOf(process.memoryUsage())
    },
    /** The highest since the last call. */
    peak(): Memory {
      const peak = highest
      highest = memoryOf(process.memoryUsage())
      return peak
    },
  }
}

function memoryOf({ rss, heapUsed, arrayBuffers }: NodeJS.MemoryUsage): Memory {
  return { rssMb: mb(rss), heapMb: mb(heapUsed), buffersMb: mb(arrayBuffers) }
}

function mb(bytes: number): number {
  return Math.round(bytes / 104_857.6) / 10
}
