import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketOf, TAP_LIVE_INTERVALS, type TapLiveInterval } from '../../../src/domain/taps/live-window.ts'
import type { TestSocket } from './support.ts'
import { follow, keyed, MINUTE_MS, row, TAGS_A, TAGS_B, tapStreams } from './taps-support.ts'

const TAGS = [...TAGS_A, ...TAGS_B]
const team = fc.constantFrom('a' as const, 'b' as const)
const which = fc.nat({ max: 20 })

/** What happens to a service and to those who read of it. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('tap' as const),
      tag: fc.constantFrom(...TAGS),
      minutesAgo: fc.oneof(fc.constant(0), fc.nat({ max: 70 }), fc.nat({ max: 100_000 })),
      count: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      halfSeconds: fc.oneof(fc.nat({ max: 6 }), fc.constant(130)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('open' as const),
      team,
      interval: fc.constantFrom(...TAP_LIVE_INTERVALS),
      tag: fc.option(fc.nat({ max: 1 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('resume' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('slow' as const), which }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('outage' as const), halfSeconds: fc.integer({ min: 1, max: 8 }) }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Reader {
  readonly team: 'a' | 'b'
  readonly interval: TapLiveInterval
  readonly tag: string | null
  /** All connections that it ever had. */
  readonly sockets: TestSocket[]
  isCut: boolean
}
interface Tapped {
  readonly tag: string
  readonly atMs: number
  readonly count: number
}

test('whatever happens, every reader has the counts of its own team, and no byte of another', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const history = await replay(steps)
      // A reader that is told what does not fit throws, and its stream is ended for it.
      expect(history.faults()).toEqual([])
      for (const reader of history.readers) expectExact(reader, history.taps)
      for (const { team: of, sockets } of history.readers) {
        const said = sockets.map(({ reader }) => JSON.stringify(reader.frames)).join()
        expect(said).not.toContain(of === 'a' ? '7777777' : '1111111')
      }
    }),
    { numRuns: 150 },
  )
})

/** Plays it, then lets everybody come to rest, connected. */
async function replay(steps: readonly Step[]) {
  const http = await tapStreams({ limits: { connectionsPerKeyMax: 1000 } })
  const readers: Reader[] = []
  const taps: Tapped[] = []
  const connect = async (reader: Reader) => {
    const last = reader.sockets.at(-1)
    const socket = await http.connect({ headers: keyed(http[reader.team]), ...(last && { reader: last.reader }) })
    reader.sockets.push(socket)
    reader.isCut = false
    const params = { interval: reader.interval, ...(reader.tag !== null && { tag: reader.tag }) }
    const since = last?.reader.since('t')
    socket.say(follow(params, since === undefined ? {} : { since }))
    await http.clock.advance(0)
  }
  const one = async (now: Step) => {
    const reader = 'which' in now ? readers[now.which % Math.max(1, readers.length)] : undefined
    if (now.do === 'tap') {
      const atMs = http.clock.nowMs() - now.minutesAgo * MINUTE_MS
      taps.push({ tag: now.tag, atMs, count: now.count })
      await http.tap(now.tag, { atMs, count: now.count })
    } else if (now.do === 'wait') await http.clock.advance(now.halfSeconds * 500)
    else if (now.do === 'open') {
      const tag = now.tag === null ? null : ((now.team === 'a' ? TAGS_A : TAGS_B)[now.tag] ?? null)
      const fresh: Reader = { team: now.team, interval: now.interval, tag, sockets: [], isCut: false }
      readers.push(fresh)
      await connect(fresh)
    } else if (now.do === 'outage') {
      http.tapStore.fail('away')
      await http.clock.advance(now.halfSeconds * 500)
      http.tapStore.fail(null)
    } else if (reader !== undefined) await meet(reader, now.do)
  }
  const meet = async (reader: Reader, what: 'cut' | 'resume' | 'slow') => {
    const socket = reader.sockets.at(-1)
    if (what === 'cut' && !reader.isCut) socket?.cut()
    if (what === 'cut') reader.isCut = true
    else if (what === 'slow' && socket !== undefined) socket.buffered = socket.buffered === 0 ? 1_000_000 : 0
    else if (what === 'resume' && reader.isCut) await connect(reader)
  }
  for (const now of steps) await one(now)
  await http.clock.advance(1000)
  for (const reader of readers) {
    const socket = reader.sockets.at(-1)
    if (socket !== undefined) socket.buffered = 0
    // One that was cut for being slow, or because nobody answers pings here, comes back too.
    if (reader.isCut || socket?.closed !== null || socket.terminated) await connect(reader)
  }
  await http.clock.advance(2000)
  return { readers, taps, faults: () => http.log.lines.filter(({ level }) => level === 'error') }
}

function expectExact({ interval, tag, team: of, sockets }: Reader, taps: readonly Tapped[]): void {
  const known = sockets.at(-1)?.reader.taps.get('t')
  if (known === undefined) throw new Error('a reader that was told nothing')
  const counts = new Map<string, number>()
  for (const one of taps) {
    const isSeen = tag === null ? (of === 'a' ? TAGS_A : TAGS_B).includes(one.tag) : one.tag === tag
    const name = row(bucketOf(interval, one.atMs), one.tag)
    if (isSeen) counts.set(name, (counts.get(name) ?? 0) + one.count)
  }
  // All of the window; of older buckets no more than what came late, and that whole.
  const isShown = ([name]: [string, number]) => name >= known.windowStart || known.counts.has(name)
  expect(Object.fromEntries(known.counts)).toEqual(Object.fromEntries([...counts].filter(isShown)))
}
