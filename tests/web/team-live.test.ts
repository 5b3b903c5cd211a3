import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Live } from '../../web/team/live.ts'

const NOW_MS = Date.UTC(2026, 10, 20, 12, 0, 30)
const KEY = 'ttap_live_secret'

/** The browser's own, as far as it is used. */
class ToySource {
  static readonly all: ToySource[] = []
  readonly url: string
  readonly listeners = new Map<string, (event: { data: string }) => void>()
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  isClosed = false
  constructor(url: string) {
    this.url = url
    ToySource.all.push(this)
  }
  addEventListener(name: string, run: (event: { data: string }) => void): void {
    this.listeners.set(name, run)
  }
  close(): void {
    this.isClosed = true
  }
  say(name: string, frame: object): void {
    this.listeners.get(name)?.({ data: JSON.stringify(frame) })
  }
}

let tickets: Response[]
const asked: RequestInit[] = []
const ticket = (text: string) => Response.json({ ticket: text })

beforeEach(() => {
  vi.useFakeTimers({ now: NOW_MS })
  ToySource.all.length = asked.length = 0
  tickets = Array.from({ length: 9 }, (_, i) => ticket(`t${i}`))
  vi.stubGlobal('EventSource', ToySource)
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    asked.push(init)
    return tickets.shift() ?? Promise.reject(new TypeError('down'))
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function opened(): Promise<{ live: Live; source: ToySource }> {
  const live = new Live()
  live.open(KEY)
  await vi.advanceTimersByTimeAsync(0)
  const source = newest()
  source.onopen?.()
  return { live, source }
}

function newest(): ToySource {
  const source = ToySource.all.at(-1)
  if (source === undefined) throw new Error('no stream was opened')
  return source
}

const counts = (live: Live) => live.minutes.value.slice(-3).map(({ count }) => count)
const at = (minute: string) => `2026-11-20T${minute}:00.000Z`

test('the key is in a header, and what is in the address is good for one stream', async () => {
  const { live, source } = await opened()
  expect(asked).toMatchObject([{ method: 'POST', headers: { 'x-api-key': KEY } }])
  expect(source.url).toBe('/v1/stream/taps?interval=minute&ticket=t0')
  source.onerror?.()
  expect([source.isClosed, live.state.value]).toEqual([true, 'away'])
  await vi.advanceTimersByTimeAsync(8000)
  expect(ToySource.all.map(({ url }) => url.slice(-2))).toEqual(['t0', 't1'])
})

test('a snapshot replaces what was known, a delta what it names, and what left is gone', async () => {
  const { live, source } = await opened()
  source.say('snapshot', {
    data: [
      { bucket: at('11:58'), tag: '7', count: 2 },
      { bucket: at('11:59'), tag: '7', count: 5 },
    ],
  })
  expect(counts(live)).toEqual([2, 5, 0])
  const upsert = [
    { bucket: at('11:59'), tag: '7', count: 6 },
    { bucket: at('12:00'), tag: '8', count: 1 },
  ]
  source.say('delta', { upsert, remove: [{ bucket: at('11:58'), tag: '7' }] })
  expect(counts(live)).toEqual([0, 6, 1])
  source.say('snapshot', { data: [{ bucket: at('12:00'), tag: '7', count: 9 }] })
  expect(counts(live)).toEqual([0, 0, 9])
})

test('minutes are those of the service, whatever clock the viewer has', async () => {
  const { live, source } = await opened()
  source.say('heartbeat', { at: '2026-11-20T13:30:10.000Z' })
  expect(live.minutes.value.at(-1)?.start).toBe('2026-11-20T13:30:00.000Z')
})

test('what was heard stays while the stream is away, and goes with the key', async () => {
  const { live, source } = await opened()
  source.say('snapshot', { data: [{ bucket: at('12:00'), tag: '7', count: 9 }] })
  source.onerror?.()
  expect([live.state.value, counts(live)]).toEqual(['away', [0, 0, 9]])
  live.close()
  expect([live.state.value, live.minutes.value]).toEqual(['off', []])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(ToySource.all).toHaveLength(1)
})

test('a key that gets no ticket is not asked with again and again', async () => {
  tickets = [Response.json({ code: 'key_invalid' }, { status: 401 })]
  const live = new Live()
  live.open(KEY)
  await vi.advanceTimersByTimeAsync(60_000)
  expect([live.state.value, asked.length]).toEqual(['absent', 1])
})

test('a service that is away for a while is asked again, no sooner than it says', async () => {
  tickets = [Response.json({}, { status: 503, headers: { 'retry-after': '20' } }), ticket('t')]
  const live = new Live()
  live.open(KEY)
  await vi.advanceTimersByTimeAsync(19_000)
  expect([live.state.value, asked.length]).toEqual(['away', 1])
  await vi.advanceTimersByTimeAsync(2000)
  expect(asked).toHaveLength(2)
})

test('a stream that never opens is given up after three times', async () => {
  const live = new Live()
  live.open(KEY)
  for (let times = 0; times < 3; times++) {
    await vi.advanceTimersByTimeAsync(8000)
    newest().onerror?.()
  }
  await vi.advanceTimersByTimeAsync(60_000)
  expect([live.state.value, ToySource.all.length]).toEqual(['absent', 3])
})

test('a key that is changed meanwhile opens no stream for the old one', async () => {
  const live = new Live()
  live.open('old')
  live.open('new')
  await vi.advanceTimersByTimeAsync(0)
  expect(ToySource.all.map(({ url }) => url.slice(-2))).toEqual(['t1'])
})
