import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Simulator } from '../../simulator/start.ts'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { openStore } from '../../src/app/compose-store.ts'
import type { PriceRecord } from '../../src/domain/prices/candle.ts'
import { memoryLog } from '../support/log.ts'
import { startProgram } from '../support/process.ts'
import {
  eventually,
  QUICK,
  type ServiceProcess,
  simulated,
  startService,
  untilReady,
  upstreams,
} from '../support/service.ts'
import { type StreamReader, streamReader, type Token } from '../support/stream-reader.ts'

const MINUTE_MS = 60_000
const ROUNDS = 4
/** A history takes its time to open on a busy machine. */
const PATIENCE_MS = 300_000

/** A price that the stream has shown. */
interface Shown {
  readonly observedMs: number
  readonly priceUsd: number
}

type Bar = Pick<PriceRecord, 'openTimeMs' | 'open' | 'high' | 'low' | 'close'>

const folder = mkdtempSync(join(tmpdir(), 'tickertap-test-'))
let simulator: Simulator & AsyncDisposable
const shown = new Map<string, Shown[]>()

beforeAll(async () => {
  // The market stands still but when it is told to move: what a client misses before it connects are the same prices.
  simulator = await simulated({ tickMs: null, tokens: 30 })
})
afterAll(async () => {
  await simulator[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

/** The service over the same folder, with its history open. One source, so that a price changes only with the market. */
async function begin(): Promise<ServiceProcess> {
  const service = await startService({
    ...upstreams(simulator.urls),
    ...QUICK,
    SOURCES: 'dexscreener',
    DATA_DIR: folder,
  })
  await untilReady(service.url)
  await eventually(
    async () => (await fetch(`${service.url}/v1/coins`)).status,
    (status) => status === 200,
    60_000,
  )
  return service
}

/** Reads the stream while the market moves, and notes every price that it shows. */
async function watchMarket({ url }: ServiceProcess, rounds: number): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`)
  const reader = streamReader()
  reader.connect()
  socket.onopen = () =>
    socket.send(JSON.stringify({ op: 'subscribe', id: 'a', channel: 'tokens', params: { limit: 100 } }))
  socket.onmessage = ({ data }) => {
    reader.read(String(data))
    note(reader)
  }
  await eventually(
    async () => reader.lists.get('a')?.rows.length ?? 0,
    (rows) => rows > 0,
  )
  for (let round = 0; round < rounds; round++) {
    simulator.tick(20)
    const seq = reader.lists.get('a')?.seq ?? 0
    await eventually(
      async () => reader.lists.get('a')?.seq ?? 0,
      (now) => now > seq + 1,
    )
  }
  socket.onmessage = null
  socket.close()
}

function note(reader: StreamReader): void {
  for (const row of reader.lists.get('a')?.rows ?? []) {
    if (row.price_usd === null || row.observed_at === null || !isFresh(row)) continue
    const prices = shown.get(row.id) ?? []
    const observedMs = Date.parse(row.observed_at)
    const last = prices.at(-1)
    const isNew = last?.observedMs !== observedMs || last.priceUsd !== row.price_usd
    if (isNew) prices.push({ observedMs, priceUsd: row.price_usd })
    shown.set(row.id, prices)
  }
}

function isFresh({ status }: Token): boolean {
  return status === 'ok' || status === 'thin' || status === 'disputed'
}

/** The minutes that what was shown amounts to, the last `without` prices of each token left out. */
function expected(id: string, without = 0): readonly Bar[] {
  const prices = (shown.get(id) ?? []).slice(0, without === 0 ? undefined : -without)
  const byMinute = Map.groupBy(prices, ({ observedMs }) => Math.floor(observedMs / MINUTE_MS) * MINUTE_MS)
  return [...byMinute].map(([openTimeMs, some]) => {
    const usd = some.map(({ priceUsd }) => priceUsd)
    return { openTimeMs, open: usd[0] ?? 0, high: Math.max(...usd), low: Math.min(...usd), close: usd.at(-1) ?? 0 }
  })
}

/** The minutes in which something was shown, as they are recorded, by token; read while no service has the folder. */
async function recorded(): Promise<ReadonlyMap<string, readonly Bar[]>> {
  const { store, opened, close } = openStore(
    { databaseUrl: null, dataDir: folder },
    { clock: systemClock(), log: memoryLog() },
  )
  await opened()
  const bars = new Map<string, readonly Bar[]>()
  for (const id of shown.keys()) {
    const isOver = Date.now() + MINUTE_MS
    const pieces = await store.pieces({ kind: 'token', id }, '1m', { fromMs: 0, toMs: isOver }, isOver, 1000)
    const minutes = new Set(expected(id).map(({ openTimeMs }) => openTimeMs))
    const found = pieces.filter(({ openTimeMs }) => minutes.has(openTimeMs))
    bars.set(
      id,
      found.map(({ openTimeMs, open, high, low, close: last }) => ({ openTimeMs, open, high, low, close: last })),
    )
  }
  await close()
  return bars
}

test(
  'the minutes recorded are the prices that the stream showed, also across a restart',
  async () => {
    for (let run = 0; run < 2; run++) {
      await using service = await begin()
      await watchMarket(service, ROUNDS)
      service.signal('SIGTERM')
      expect(await service.ended).toBe(0)
    }
    expect(shown.size).toBeGreaterThan(3)
    for (const [id, bars] of await recorded()) expect(bars, id).toEqual(expected(id))
  },
  PATIENCE_MS,
)

test(
  'a second process over the same folder says so and ends, and the first goes on',
  async () => {
    await using service = await begin()
    const env = { ...upstreams(simulator.urls), PORT: '0', DATA_DIR: folder, REDIS_URL: 'redis://127.0.0.1:1' }
    await using second = startProgram([process.execPath, 'src/app/main.ts'], env)
    expect(await second.ended).toBe(1)
    expect(second.output()).toMatch(/is in use by another process/)
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
  },
  PATIENCE_MS,
)

test(
  'a process that is killed loses no more than the last board',
  async () => {
    await using service = await begin()
    await watchMarket(service, ROUNDS)
    service.signal('SIGKILL')
    await service.ended
    for (const [id, bars] of await recorded()) expect([expected(id), expected(id, 1)], id).toContainEqual(bars)
  },
  PATIENCE_MS,
)
