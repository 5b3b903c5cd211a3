import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { StoreUnavailable } from '../../../src/domain/errors.ts'
import type { CoinRecord, TokenRecord } from '../../../src/ports/price-store.ts'
import { LAST_MIGRATION } from '../../support/last-migration.ts'
import { noPostgres, type PostgresServer, skipPostgres, startPostgres } from '../../support/postgres.ts'
import { freePort } from '../../support/redis-server.ts'
import { postgresStore, type StoreForTests } from '../../support/stores.ts'

const SOON = { timeout: 60_000, interval: 50 }
/** Twice the promise: the machine may be busy, and a call that hangs takes for ever. */
const FAST_MS = 4_000

describe.skipIf(skipPostgres)(`PostgreSQL${noPostgres === null ? '' : ` (skipped: ${noPostgres})`}`, () => {
  let server: PostgresServer
  let opened: StoreForTests
  beforeAll(async () => {
    server = await startPostgres()
  }, 120_000)
  afterAll(() => server?.stop())
  afterEach(() => opened?.close())

  const open = async () => {
    opened = postgresStore(server.newDatabase())
    await opened.opening.first()
    return opened.store
  }

  test('that dies fails questions at once, and answers by itself when it is back', async () => {
    const store = await open()
    await store.recordMinutes([minute(0)], 60_000)
    await server.kill9()
    await expectFast(() => store.coins())
    await expectFast(() => store.recordMinutes([minute(1)], 120_000))
    expect(store.state()).toMatchObject({ status: 'failed' })
    await server.restart()
    await vi.waitFor(() => store.recordMinutes([minute(2)], 180_000), SOON)
    await vi.waitFor(() => expect(store.state()).toEqual({ status: 'ready', migration: LAST_MIGRATION }), SOON)
    expect(await store.extent(minuteAsset)).toMatchObject({ firstMs: 0, lastMs: 120_000 })
  }, 120_000)

  test('that hangs fails questions in time, those after it too, and answers by itself when it goes on', async () => {
    const store = await open()
    await store.coins()
    server.pause()
    await expectFast(() => store.coins())
    await expectFast(() => store.coins())
    await expectFast(() => store.recordMinutes([minute(1)], 120_000))
    server.resume()
    await vi.waitFor(() => store.recordMinutes([minute(2)], 180_000), SOON)
  }, 120_000)

  test('that is not there at the start is found when it comes', async () => {
    await server.kill9()
    opened = postgresStore(server.url)
    await expect(opened.opening.first()).rejects.toThrow(StoreUnavailable)
    expect(opened.store.state()).toMatchObject({ status: 'failed', reason: expect.stringContaining('ECONNREFUSED') })
    await expectFast(() => opened.store.coins())
    await server.restart()
    await vi.waitFor(() => expect(opened.store.state()).toEqual({ status: 'ready', migration: LAST_MIGRATION }), SOON)
  }, 120_000)

  test('that dies in the middle of an import leaves nothing of it', async () => {
    const store = await open()
    await store.importDays(one([day('OLD', 1)]), 1)
    const reader = async function* () {
      yield [day('NEW', 1)]
      await server.kill9()
      yield [day('NEW', 2)]
    }
    await expect(store.importDays(reader(), 2)).rejects.toThrow(StoreUnavailable)
    await server.restart()
    await vi.waitFor(async () => expect(await store.coins()).toMatchObject([{ symbol: 'OLD' }]), SOON)
    await vi.waitFor(() => store.importDays(one([day('NEW', 1), day('NEW', 2)]), 3), SOON)
    expect(await store.coins()).toHaveLength(2)
  }, 120_000)

  test('that was restarted between two batches of an import does not make it a part of one', async () => {
    const store = await open()
    const reader = async function* () {
      yield [day('NEW', 1)]
      await server.kill9()
      await server.restart()
      await vi.waitFor(() => store.coins(), SOON)
      yield [day('NEW', 2)]
    }
    await expect(store.importDays(reader(), 2)).rejects.toThrow(StoreUnavailable)
    await vi.waitFor(async () => expect(await store.coins()).toEqual([]), SOON)
  }, 120_000)

  test.each(['waits for', 'is between'] as const)(
    'whose connection ends while a transaction %s a statement ends that transaction and nothing else',
    async (when) => {
      const way = await closingProxy(server.url)
      opened = postgresStore(way.url)
      await opened.opening.first()
      const lost = opened.opening.use((db) =>
        db.transaction(async (tx) => {
          await tx.query(`insert into token (token_id, id) values (1, 'lost')`)
          way.end()
          if (when === 'is between') await way.ended()
          // Whoever goes on after an error must not reach the connection that is gone either.
          await tx.query('select pg_sleep(1)').catch(() => undefined)
          await tx.query('select 1')
        }),
      )
      await expect(lost).rejects.toThrow(StoreUnavailable)
      await vi.waitFor(async () => expect(await opened.store.tokens()).toEqual([]), SOON)
      await opened.opening.use((db) => db.transaction((tx) => tx.query('select 1')))
      await way.close()
    },
    120_000,
  )

  test('that is slow ends the statement, and is not taken for dead', async () => {
    await open()
    const slow = opened.opening.use((db) => db.query('select pg_sleep(30)'))
    await expect(slow).rejects.toThrow(/too slow|in time/)
    await vi.waitFor(() => opened.store.coins(), SOON)
    const sleeping = `select count(*) from pg_stat_activity where state = 'active' and query like '%pg_sleep(30)'`
    await vi.waitFor(() => expect(server.psql(sleeping)).toBe('0'), SOON)
  }, 120_000)

  test('answers questions while fifty slow ones wait', async () => {
    const store = await open()
    const slow = Array.from({ length: 50 }, () => opened.opening.use((db) => db.query('select pg_sleep(30)')))
    const outcomes = await Promise.allSettled(slow)
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
    await vi.waitFor(() => store.coins(), SOON)
  }, 120_000)

  test('has no secret in what is said of it', async () => {
    opened = postgresStore(server.url.replace('tickertap@', 'nobody:hunter2@'))
    await expect(opened.opening.first()).rejects.toThrow(StoreUnavailable)
    const elsewhere = postgresStore(`postgres://someone:hunter2@127.0.0.1:${await freePort()}/x`)
    await expect(elsewhere.opening.first()).rejects.toThrow(StoreUnavailable)
    const said = JSON.stringify([opened.store.state(), opened.lines, elsewhere.store.state(), elsewhere.lines])
    expect(said).not.toMatch(/hunter2|someone|nobody/)
    expect(() => postgresStore('postgres://someone:hunter2@[/x').opening).not.toThrow('hunter2')
    await elsewhere.close()
  }, 120_000)
})

const minuteAsset = { kind: 'token', id: 'solana:X' } as const

async function expectFast(ask: () => Promise<unknown>): Promise<void> {
  const startMs = performance.now()
  await expect(ask()).rejects.toThrow(StoreUnavailable)
  expect(performance.now() - startMs).toBeLessThan(FAST_MS)
}

/** The way to a server, whose connections can be ended as a server does that leaves: without an error. */
async function closingProxy(target: string) {
  const { port } = new URL(target)
  const sockets = new Set<Socket>()
  const proxy = createServer({ allowHalfOpen: false }, (near) => {
    const far = connect(Number(port), '127.0.0.1')
    near.pipe(far, { end: false })
    far.pipe(near)
    sockets.add(near)
    near.on('close', () => {
      sockets.delete(near)
      far.destroy()
    })
    for (const socket of [near, far]) socket.on('error', () => undefined)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  let leaving: Promise<unknown> = Promise.resolve()
  return {
    url: target.replace(`:${port}/`, `:${(proxy.address() as AddressInfo).port}/`),
    end() {
      leaving = Promise.all([...sockets].map((socket) => once(socket.end(), 'close')))
    },
    ended: () => leaving,
    close: async () => void proxy.close(),
  }
}

async function* one(batch: readonly CoinRecord[]): AsyncGenerator<readonly CoinRecord[]> {
  yield batch
}

function day(symbol: string, at: number): CoinRecord {
  return { symbol, name: symbol, record: { ...minute(0).record, openTimeMs: at * 86_400_000 } }
}

function minute(at: number): TokenRecord {
  const record = { openTimeMs: at * 60_000, open: 1, high: 1, low: 1, close: 1, volume: 0.1, marketCap: null }
  return { id: 'solana:X', symbol: 'X', name: null, record }
}
