import { describe, expect, expectTypeOf, test } from 'vitest'
import type { z } from 'zod'
import { backoffMs } from '../../clients/clock.ts'
import { CLOSE_CODES, type ListChange, openStream, type StreamOptions, type StreamToken } from '../../clients/stream.ts'
import type { TokenSchema } from '../../src/adapters/http/schemas/token.ts'
import { fakeClock, settle } from '../support/fake-clock.ts'
import { toyStream, toyToken } from '../support/toy-stream.ts'
import { toyNetwork } from './toy-network.ts'

const SILENCE_MS = 35_000

/** A client with one list over a toy service; frames are delivered as soon as they are sent. */
async function started(options: Partial<StreamOptions> = {}) {
  const clock = fakeClock()
  const service = toyStream(10)
  const network = toyNetwork(service)
  service.tick([toyToken('a'), toyToken('b', { volume: 500 })])
  const stream = openStream({ url: 'ws://toy', clock, random: () => 0.5, connect: network.connect, ...options })
  const changes: ListChange[] = []
  const list = stream.tokens({ limit: 10 }, (change) => changes.push(change))
  const flow = async (ms = 0) => {
    await clock.advance(ms)
    await settle()
    network.server()?.pump()
    network.deliver(100)
  }
  await flow()
  const ids = () => list.state()?.rows.map(({ symbol }) => symbol)
  return { clock, service, network, stream, changes, list, flow, ids, kinds: () => changes.map(({ kind }) => kind) }
}

describe('a list', () => {
  test('starts with a snapshot and follows deltas', async () => {
    const { service, list, flow, kinds, ids } = await started()
    expect(ids()).toEqual(['a', 'b'])
    service.tick([toyToken('b', { volume: 2000, price_usd: 7 }), toyToken('a'), toyToken('c')], 150)
    await flow()
    expect(kinds()).toEqual(['snapshot', 'delta'])
    expect(list.state()).toMatchObject({ epoch: 'e1', seq: 2, solUsd: 150 })
    expect(ids()).toEqual(['b', 'a', 'c'])
    expect(list.state()?.rows[0]?.price_usd).toBe(7)
  })

  test('changes its parameters on the same connection, and shows the old rows until the new ones are there', async () => {
    const { network, list, flow, ids, changes } = await started()
    list.refilter({ limit: 1 })
    expect(list.isWaiting()).toBe(true)
    expect(ids()).toEqual(['a', 'b'])
    await flow()
    expect(list.isWaiting()).toBe(false)
    expect(ids()).toEqual(['a'])
    expect(network.attempts()).toBe(1)
    expect(changes.at(-1)).toMatchObject({ kind: 'snapshot', gap: null })
  })

  test('that is closed asks for nothing and hears nothing more', async () => {
    const { service, list, flow, changes } = await started()
    list.close()
    service.tick([toyToken('z')])
    await flow()
    expect(changes).toHaveLength(1)
  })

  test('counts what the service skipped for a slow reader', async () => {
    const { service, list, flow } = await started()
    service.tick([toyToken('a', { price_usd: 2 })])
    service.tick([toyToken('a', { price_usd: 3 })])
    await flow()
    expect(list.counts().conflated).toBe(1)
    expect(list.state()?.rows[0]?.price_usd).toBe(3)
  })

  test('notices a delta that is missing, says so, and asks from where it stands', async () => {
    const { service, network, list, flow, ids } = await started()
    service.tick([toyToken('a', { price_usd: 2 })])
    network.server()?.pump()
    network.swallow()
    service.tick([toyToken('c')])
    await flow()
    await flow()
    expect(ids()).toEqual(['c'])
    expect(list.counts()).toMatchObject({ gaps: 1, resumed: 1, fresh: 0 })
    expect(network.attempts()).toBe(1)
  })

  test('is told of a refusal, and asked again by itself when that may pass', async () => {
    const { network, stream, clock } = await startedRefusing('no_data')
    expect(network.asked()).toBe(1)
    await clock.advance(2_000)
    expect(network.asked()).toBe(2)
    stream.close()
  })

  test('is not asked again for parameters that will never do', async () => {
    const { network, list, clock, changes } = await startedRefusing('invalid_parameter')
    expect(changes).toEqual([{ kind: 'refused', code: 'invalid_parameter', detail: 'No.' }])
    await clock.advance(30_000)
    expect(network.asked()).toBe(1)
    list.retry()
    expect(network.asked()).toBe(2)
  })

  test('is asked for again when the service does not answer', async () => {
    const { network, clock } = await startedRefusing(null)
    // Heartbeats keep the connection, and say nothing of a list that has not begun.
    for (let beats = 0; beats < 3; beats++) {
      await clock.advance(10_000)
      network.beat()
    }
    expect(network.asked()).toBe(2)
  })
})

describe('a connection that is lost', () => {
  test('comes back and goes on without a gap', async () => {
    const { service, network, list, flow, changes, ids } = await started()
    network.cut()
    service.tick([toyToken('c')])
    await flow(14_000)
    await flow()
    expect(changes.slice(1)).toMatchObject([
      { kind: 'resumed' },
      { kind: 'delta', catchUp: true, delta: { from: 1, seq: 2 } },
    ])
    expect(ids()).toEqual(['c'])
    expect(list.counts()).toMatchObject({ resumed: 1, fresh: 0, gaps: 0 })
    service.tick([toyToken('d')])
    await flow()
    expect(changes.at(-1)).toMatchObject({ kind: 'delta', catchUp: false })
  })

  test('says from when to when changes are missing where it cannot go on', async () => {
    const { clock, service, network, flow, changes, list } = await started()
    await flow(1_000)
    const cutAtMs = clock.nowMs()
    network.cut()
    service.restart()
    service.tick([toyToken('c')])
    await flow(5_000)
    const change = changes.at(-1)
    expect(change).toMatchObject({ kind: 'snapshot', gap: { fromMs: cutAtMs } })
    expect(list.counts()).toMatchObject({ resumed: 0, fresh: 1 })
    expect(list.state()).toMatchObject({ epoch: 'e2' })
  })

  test('is noticed when nothing arrives for two heartbeats and a little', async () => {
    const { clock, network, stream } = await started()
    network.freeze()
    await clock.advance(SILENCE_MS - 1)
    expect(stream.state().connection).toBe('open')
    await clock.advance(1)
    expect(stream.state()).toMatchObject({ connection: 'waiting', closing: { reason: 'silence' } })
  })

  test('is kept by heartbeats, which move the position and tell the time', async () => {
    const { clock, network, service, list, stream } = await started()
    service.tick([toyToken('a'), toyToken('b', { volume: 500 })])
    for (let beats = 0; beats < 6; beats++) {
      await clock.advance(15_000)
      network.server()?.beat(clock.nowMs() + 90_000)
      network.deliver(1)
    }
    expect(stream.state()).toMatchObject({ connection: 'open', clockOffsetMs: 90_000 })
    expect(list.state()?.seq).toBe(2)
  })

  test('is not believed after a frame that cannot be read, and resumed', async () => {
    const { network, flow, list } = await started()
    network.garble()
    await flow()
    await flow(1_000)
    expect(network.attempts()).toBe(2)
    expect(list.counts().resumed).toBe(1)
  })

  test('is tried again ever more slowly, each time at a random moment up to a ceiling', async () => {
    const { clock, network, stream } = await started()
    network.setDown()
    network.cut()
    await clock.advance(10 * 60_000)
    // At half of a ceiling of 15 s: eight times a minute once it has grown.
    expect(network.attempts()).toBeGreaterThan(70)
    expect(network.attempts()).toBeLessThan(100)
    network.setUp()
    await clock.advance(15_000)
    expect(stream.state().connection).toBe('open')
    const ceilings = [0, 1, 2, 3, 20, 1e6].map((attempt) => backoffMs(attempt, 1))
    expect(ceilings).toEqual([250, 375, 562.5, 843.75, 15_000, 15_000])
    expect(backoffMs(5, 0)).toBe(0)
  })

  test('is tried again at once when asked to', async () => {
    const { network, stream, flow } = await started()
    network.cut()
    expect(stream.state().connection).toBe('waiting')
    stream.retry()
    await flow()
    expect(stream.state().connection).toBe('open')
  })

  test('gets a new address for each attempt where the address serves only once', async () => {
    const addresses: string[] = []
    const url = async () => `ws://toy?ticket=${addresses.push('one')}`
    const seen: string[] = []
    const network = toyNetwork(toyStream(5))
    const clock = fakeClock()
    const connect = (to: string) => {
      seen.push(to)
      return network.connect(to)
    }
    const stream = openStream({ url, clock, random: () => 0, connect })
    await clock.advance(1)
    network.cut()
    await clock.advance(1)
    expect(seen).toEqual(['ws://toy?ticket=1', 'ws://toy?ticket=2'])
    stream.close()
  })
})

describe('a closing by the service', () => {
  test.each([1000, 1001, 1006, 1011, 1012, 4408])('with %i is followed by another attempt', async (code) => {
    const { network, stream, flow } = await started()
    network.cut(code)
    expect(stream.state().connection).toBe('waiting')
    await flow(1_000)
    expect(stream.state().connection).toBe('open')
  })

  test.each([1002, 1003, 1007, 1008, 1009, 4401, 4429])('with %i is final until somebody asks again', async (code) => {
    const { network, stream, clock, flow } = await started()
    network.cut(code)
    await clock.advance(60_000)
    expect(stream.state()).toMatchObject({
      connection: 'stopped',
      closing: { code, meaning: CLOSE_CODES[code]?.meaning },
    })
    stream.retry()
    await flow()
    expect(stream.state().connection).toBe('open')
  })
})

test('the tokens of the client are the tokens of the wire', () => {
  expectTypeOf<Omit<z.output<typeof TokenSchema>, 'price_sol' | 'spark'>>().toExtend<StreamToken>()
})

/** A service that refuses every list, or with null answers nothing at all. */
async function startedRefusing(code: string | null) {
  const clock = fakeClock()
  let asked = 0
  let say = (_: object) => {}
  const stream = openStream({
    url: 'ws://toy',
    clock,
    random: () => 0.5,
    connect: () => {
      const socket: ReturnType<NonNullable<StreamOptions['connect']>> = {
        onopen: null,
        onmessage: null,
        onclose: null,
        onerror: null,
        close: () => {},
        send(text) {
          const { op, id } = JSON.parse(text)
          if (op === 'subscribe') asked++
          if (code !== null) say({ type: 'error', id, code, detail: 'No.' })
        },
      }
      say = (frame) => socket.onmessage?.({ data: JSON.stringify(frame) })
      queueMicrotask(() => socket.onopen?.())
      return socket
    },
  })
  const changes: ListChange[] = []
  const list = stream.tokens({}, (change) => changes.push(change))
  await settle()
  const beat = () => say({ type: 'heartbeat', seq: 1, at: new Date(clock.nowMs()).toISOString() })
  return { clock, stream, list, changes, network: { asked: () => asked, beat } }
}
