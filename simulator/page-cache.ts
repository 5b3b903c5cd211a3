import type { Reply } from './reply.ts'

const KEPT_MS = 60_000
const ENTRIES_MAX = 2_000

/** What stands before GeckoTerminal: the same address is answered from memory for 60 s, and the `age` header says so. */
export interface PageCache {
  /** The remembered answer with its age, or null. */
  find(url: string, nowMs: number): Reply | null
  /** Remembers a good answer. @returns it as the first caller sees it */
  keep(url: string, reply: Reply, nowMs: number): Reply
}

export function pageCache(): PageCache {
  const entries = new Map<string, { readonly reply: Reply; readonly storedMs: number }>()
  return {
    find(url, nowMs) {
      const entry = entries.get(url)
      if (entry === undefined || nowMs - entry.storedMs >= KEPT_MS) return null
      const age = String(Math.floor((nowMs - entry.storedMs) / 1000))
      return withHeaders(entry.reply, { age, 'cf-cache-status': 'HIT' })
    },
    keep(url, reply, nowMs) {
      if (reply.status !== 200) return reply
      entries.delete(url)
      entries.set(url, { reply, storedMs: nowMs })
      const [oldest] = entries.keys()
      if (entries.size > ENTRIES_MAX && oldest !== undefined) entries.delete(oldest)
      return withHeaders(reply, { 'cf-cache-status': 'MISS' })
    },
  }
}

function withHeaders(reply: Reply, headers: Readonly<Record<string, string>>): Reply {
  return { ...reply, headers: { ...reply.headers, 'cache-control': `max-age=${KEPT_MS / 1000}, public`, ...headers } }
}
