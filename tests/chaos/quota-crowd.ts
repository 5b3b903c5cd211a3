import { setTimeout as pause } from 'node:timers/promises'
import { Agent, request } from 'undici'
import type { Admitted, Tally } from './quota-tally.ts'

/** Many clients with one key. */
export interface QuotaCrowd {
  /** All of them ask as fast as they are answered, of all services in turn. */
  flood(forMs: number): Promise<Tally>
  /** Again and again nobody asks for a whole window, and then all of them at once. */
  bursts(count: number, size: number): Promise<Tally>
  close(): Promise<void>
}

export interface QuotaCrowdOptions {
  readonly urls: readonly string[]
  readonly key: string
  readonly clients: number
  readonly windowMs: number
}

const PATH = '/v1/taps/analytics?from=2026-11-01&to=2026-11-02&interval=day'

export function quotaCrowd({ urls, key, clients, windowMs }: QuotaCrowdOptions): QuotaCrowd {
  const agent = new Agent({ connections: clients, pipelining: 1 })
  let asked = 0
  const ask = async (tally: Growing) => {
    const url = urls[asked++ % urls.length]
    const sentMs = performance.now()
    try {
      const answer = await request(`${url}${PATH}`, { dispatcher: agent, headers: { 'x-api-key': key } })
      await answer.body.dump()
      tally.note(answer.statusCode, { sentMs, receivedMs: performance.now() })
    } catch {
      tally.note(0, { sentMs, receivedMs: performance.now() })
    }
  }
  return {
    async flood(forMs) {
      const tally = growing()
      const endMs = performance.now() + forMs
      const client = async () => {
        while (performance.now() < endMs) await ask(tally)
      }
      await Promise.all(Array.from({ length: clients }, client))
      return tally.done()
    },
    async bursts(count, size) {
      const tally = growing()
      for (let n = 0; n < count; n++) {
        // The last of a burst may have been taken late; a little more than a window later all of them are over.
        await pause(windowMs + 50)
        await Promise.all(Array.from({ length: size }, () => ask(tally)))
      }
      return tally.done()
    },
    close: () => agent.close(),
  }
}

interface Growing {
  note(status: number, times: Admitted): void
  done(): Tally
}

function growing(): Growing {
  const admitted: Admitted[] = []
  const latenciesMs: number[] = []
  const others: Record<number, number> = {}
  let refused = 0
  return {
    note(status, times) {
      latenciesMs.push(times.receivedMs - times.sentMs)
      if (status === 200) admitted.push(times)
      else if (status === 429) refused += 1
      else others[status] = (others[status] ?? 0) + 1
    },
    done: () => ({ admitted, refused, others, latenciesMs }),
  }
}
