import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from 'redis'

/** What Redis holds of quotas, looked at again and again: when each query was let through, by the clock of Redis. */
export interface QuotaStamps {
  /** Since the last time, in milliseconds. What was let through without Redis is there if Redis was told in time. */
  taken(): readonly number[]
  close(): void
}

const LOOK_EVERY_MS = 50

export async function quotaStamps(url: string): Promise<QuotaStamps> {
  const client = createClient({ url, disableOfflineQueue: true })
  client.on('error', () => undefined)
  await client.connect()
  const seen = new Map<string, number>()
  /** Names of what was handed over. */
  const told = new Set<string>()
  let isOpen = true
  const look = async () => {
    for (const key of await client.keys('{tt:quota}key_*')) {
      for (const { value, score } of await client.zRangeWithScores(key, 0, -1)) seen.set(value, score / 1000)
    }
  }
  void (async () => {
    for (; isOpen; await pause(LOOK_EVERY_MS)) await look().catch(() => undefined)
  })()
  return {
    taken() {
      const news = [...seen].filter(([name]) => !told.has(name))
      for (const [name] of news) told.add(name)
      return news.map(([, atMs]) => atMs)
    },
    close() {
      isOpen = false
      client.destroy()
    },
  }
}
