import { createClient } from 'redis'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { memoryLimiter } from '../../src/adapters/limits/memory.ts'
import { redisLimiter } from '../../src/adapters/limits/redis.ts'
import type { Log } from '../../src/ports/log.ts'
import { startRedis } from '../../tests/support/redis-server.ts'
import type { GroupReport } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { median } from '../harness/statistics.ts'

const AT_ONCE = 50
const KEYS = 1_000
const LIMIT = 100
const WINDOW_MS = 3_600_000
const clock = systemClock()
const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** How many decisions a second the quota makes, against as many plain INCR of the same client at once. */
export async function limitsGroup({ rounds, seconds, progress }: Settings): Promise<GroupReport> {
  const redis = await startRedis()
  const client = createClient({ url: redis.url })
  await client.connect()
  const terms = { windowMs: WINDOW_MS, clock, log: quiet, limit: LIMIT }
  const open = () => redisLimiter({ ...terms, url: redis.url, keyPrefix: 'bench', answerMs: 5_000 })
  const [free, narrow, others] = [open(), open(), open()]
  const memory = memoryLimiter(terms)
  const full = memoryLimiter({ ...terms, limit: 1 })
  const cases: readonly (readonly [name: string, run: (n: number) => Promise<unknown>])[] = [
    ['plain INCR', (n) => client.incr(`count-${n % KEYS}`)],
    ['Redis, one is taken', (n) => free.take(freeKey(n))],
    ['Redis, none is left, all taken by others', (n) => narrow.take(`key-${n % KEYS}`)],
    ['Redis, none is left, all taken by this process', (n) => others.take(`key-${n % KEYS}`)],
    ['memory, one is taken', (n) => memory.take(freeKey(n))],
    ['memory, none is left', (n) => full.take(`key-${n % KEYS}`)],
  ]
  try {
    progress('quota: filling')
    for (let n = 0; n < KEYS * LIMIT; n += KEYS) {
      await Promise.all(Array.from({ length: KEYS }, (_, key) => others.take(`key-${key}`)))
    }
    const rates = new Map<string, number[]>()
    for (let round = 0; round < rounds; round++) {
      for (const [name, run] of cases) {
        progress(`quota: ${name}`)
        rates.set(name, [...(rates.get(name) ?? []), await rateOf(run, seconds * 1000)])
      }
    }
    const incr = median(rates.get('plain INCR') ?? [])
    const rows = [...rates].map(([name, values]) => [name, median(values), median(values) / incr])
    const bytes = Number(await client.sendCommand(['MEMORY', 'USAGE', '{bench}key-0']))
    return {
      title: `Quota: ${AT_ONCE} at once over ${KEYS} keys, medians of ${rounds}`,
      columns: ['', 'decisions/s', 'to INCR'],
      rows: rows as GroupReport['rows'],
      judged: [],
      notes: [`A key whose ${LIMIT} are taken has ${bytes} bytes in Redis.`],
    }
  } finally {
    await Promise.all([free.close(), narrow.close(), others.close()])
    client.destroy()
    await redis.stop()
  }
}

let begun = 0
/** A thousand keys in turn; once their limit is reached, a thousand others. */
function freeKey(n: number): string {
  if (n === 0) begun += 1
  return `key-${begun}-${Math.floor(n / (KEYS * LIMIT))}-${n % KEYS}`
}

/** How many a second, with as many on their way all the time. */
async function rateOf(run: (n: number) => Promise<unknown>, lengthMs: number): Promise<number> {
  const startMs = clock.monotonicMs()
  let done = 0
  const worker = async () => {
    while (clock.monotonicMs() - startMs < lengthMs) {
      // Now and then the clock is looked at; in between it costs nothing.
      for (let n = 0; n < 20; n++) await run(done++)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return (done * 1000) / (clock.monotonicMs() - startMs)
}
