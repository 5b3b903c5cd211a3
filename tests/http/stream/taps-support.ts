import type { StreamLimits } from '../../../src/adapters/http/stream/limits.ts'
import { liveTaps } from '../../../src/app/usecases/taps-live/taps-live.ts'
import { testAccess } from '../../support/access.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { memoryLog } from '../../support/log.ts'
import { memoryTapStore } from '../../support/memory-tap-store.ts'
import { testStreams } from './support.ts'

export const NOON_MS = Date.UTC(2026, 10, 20, 12)
export const MINUTE_MS = 60_000
/** Tags of team A, and of team B: nothing else has those digits. */
export const TAGS_A = ['11111111', '11111112']
export const TAGS_B = ['77777771', '77777772']

/** Two teams, their keys and tags, and the real streams over stores in memory. */
export async function tapStreams({
  limits = {},
  publicReads = true,
}: {
  limits?: Partial<StreamLimits>
  publicReads?: boolean
} = {}) {
  const clock = fakeClock(NOON_MS)
  const access = testAccess(clock, { publicReads })
  const store = memoryTapStore()
  let epochs = 0
  let asked = 0
  const counted = {
    ...store,
    recent(teamId: number) {
      asked += 1
      return store.recent(teamId)
    },
  }
  const feed = liveTaps({ store: counted, clock, log: memoryLog(), newEpoch: () => `e${++epochs}` })
  const http = testStreams({ clock, limits, access: access.deps, tapFeed: feed })
  const [a, b] = [await access.key('A'), await access.key('B')]
  const tags = [...TAGS_A.map((uid) => [a, uid] as const), ...TAGS_B.map((uid) => [b, uid] as const)]
  for (const [{ key }, uid] of tags) {
    await store.addTag({ uid, teamId: key.teamId, name: null, tokenId: null, targetUrl: null, createdAtMs: NOON_MS })
  }
  let taps = 0
  return {
    ...http,
    tapStore: store,
    access,
    /** How often the store was asked what was written. */
    asked: () => asked,
    a,
    b,
    /** @param atMs absent: now */
    async tap(tag: string, { atMs = clock.nowMs(), count = 1 } = {}) {
      const { teamId } = (TAGS_A.includes(tag) ? a : b).key
      taps += 1
      await store.record([{ teamId, taps: [{ id: `t${taps}`, tag, count, atMs }], retry: null }], clock.nowMs())
    },
    ticket: async ({ secret }: { secret: string }) => {
      const response = await http.get('/v1/stream/tickets', { method: 'POST', headers: { 'x-api-key': secret } })
      return ((await response.json()) as { ticket: string }).ticket
    },
  }
}

export const keyed = ({ secret }: { secret: string }) => ({ 'x-api-key': secret })

export const follow = (params: object = {}, more: object = {}) => ({
  op: 'subscribe',
  id: 't',
  channel: 'taps',
  params,
  ...more,
})

/** One row as the reader of a test names it. */
export const row = (atMs: number, tag: string) => `${new Date(atMs).toISOString()} ${tag}`
