import { setTimeout as pause } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { load } from '../support/service.ts'
import type { Span, Tally } from './quota-tally.ts'

/** Many clients. */
export interface QuotaCrowd {
  /** All of them ask as fast as they are answered, of all services in turn. */
  flood(key: string, forMs: number): Promise<Tally>
  /** So many a second, however long the answers take. */
  steady(key: string, perSecond: number, forMs: number): Promise<Tally>
  /** Again and again nobody asks for a whole window, and then all of them at once. */
  bursts(key: string, count: number, size: number): Promise<Tally>
  close(): Promise<void>
}

export interface QuotaCrowdOptions {
  readonly urls: readonly string[]
  readonly clients: number
  readonly windowMs: number
}

const PATH = '/v1/taps/analytics?from=2026-11-01&to=2026-11-02&interval=day'

export function quotaCrowd({ urls, clients, windowMs }: QuotaCrowdOptions): QuotaCrowd {
  const agent = new Agent({ connections: clients, pipelining: 1 })
  let asked = 0
  const ask = async (key: string, tally: Growing) => {
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
    async flood(key, forMs) {
      const tally = growing()
      const endMs = performance.now() + forMs
      const client = async () => {
        while (performance.now() < endMs) await ask(key, tally)
      }
      await Promise.all(Array.from({ length: clients }, client))
      return tally.done()
    },
    async steady(key, perSecond, forMs) {
      const tally = growing()
      await load({ perSecond, forMs, ask: () => ask(key, tally) })
      return tally.done()
    },
    async bursts(key, count, size) {
      const tally = growing()
      for (let n = 0; n < count; n++) {
        // The last of a burst may have been taken late; a little more than a window later all of them are over.
        await pause(windowMs + 50)
        await Promise.all(Array.from({ length: size }, () => ask(key, tally)))
      }
      return tally.done()
    },
    close: () => agent.close(),
  }
}

interface Growing {
  note(status: number, span: Span): void
  done(): Tally
}

function growing(): Growing {
  const asked: Span[] = []
  const admitted: Span[] = []
  const others: Record<number, number> = {}
  let refused = 0
  return {
    note(status, span) {
      asked.push(span)
      if (status === 200) admitted.push(span)
      else if (status === 429) refused += 1
      else others[status] = (others[status] ?? 0) + 1
    },
    done: () => ({ asked, admitted, refused, others }),
  }
}
