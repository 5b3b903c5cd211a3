import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { LONG_WORK_MS } from '../../../src/adapters/store/db.ts'
import { openEmbedded } from '../../../src/adapters/store/embedded/engine.ts'
import { type OpeningOptions, opening } from '../../../src/adapters/store/opening.ts'
import { sqlPriceStore } from '../../../src/adapters/store/prices/store.ts'
import { StoreUnavailable } from '../../../src/domain/errors.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { memoryLog } from '../../support/log.ts'
import { startProgram } from '../../support/process.ts'
import { skipUnless } from '../../support/require-all.ts'
import { findRuntime } from '../../support/runtimes.ts'
import { embeddedStore, newEngineFolder, type StoreForTests, tempFolder } from '../../support/stores.ts'

const WRITER = 'tests/adapters/store/programs/writer.ts'
const X = { kind: 'token', id: 'solana:X' } as const
const ALL = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
const SOON = { timeout: 60_000, interval: 50 }

let folder: Awaited<ReturnType<typeof tempFolder>>
beforeAll(async () => {
  folder = await tempFolder()
})
afterAll(() => folder.remove())

describe('the embedded engine', () => {
  let opened: StoreForTests
  beforeAll(async () => {
    opened = embeddedStore(await newEngineFolder(`${folder.path}/prices`))
    await opened.opening.first()
  }, 120_000)
  afterAll(() => opened?.close())

  test('does not stop the process while it works', async () => {
    let turns = 0
    const timer = setInterval(() => {
      turns += 1
    }, 5)
    const slow = opened.opening.use((db) => db.transaction((tx) => tx.query(SLOW), 60_000))
    await vi.waitFor(() => expect(turns).toBeGreaterThan(20), SOON)
    clearInterval(timer)
    await slow
  }, 120_000)

  test('tells a question that it takes too long, and goes on with the next', async () => {
    await expect(opened.opening.use((db) => db.query('select pg_sleep(3)'))).rejects.toThrow(StoreUnavailable)
    await vi.waitFor(() => opened.store.coins(), SOON)
    expect(opened.store.state()).toMatchObject({ status: 'ready' })
  }, 120_000)

  test('undoes what was not finished in time', async () => {
    const late = opened.db(async (tx) => {
      await tx.query(`insert into token (token_id, id) values (1, 'late')`)
      await tx.query('select pg_sleep(3)')
      await tx.query(`insert into token (token_id, id) values (2, 'later')`)
    }, 1_000)
    await expect(late).rejects.toThrow(StoreUnavailable)
    await vi.waitFor(async () => expect(await opened.store.tokens()).toEqual([]), SOON)
  }, 120_000)

  test('gives each of many questions its own answer', async () => {
    const asked = Array.from({ length: 50 }, (_, n) =>
      opened.opening.use((db) => db.query('select $1::int8 as n', [n])),
    )
    expect(await Promise.all(asked)).toEqual(asked.map((_, n) => [{ n }]))
  })

  test('is ended and opened again when a statement never ends, with all that was acknowledged', async () => {
    const clock = fakeClock()
    const place = await newEngineFolder(`${folder.path}/stuck`)
    const open: OpeningOptions['open'] = (onLost, signal) => openEmbedded({ folder: place, clock, onLost, signal })
    const stuck = opening({ open, clock, log: memoryLog() })
    const store = sqlPriceStore(stuck)
    await stuck.first()
    await store.recordMinutes([minute(0)], 60_000)
    const question = stuck.use((db) => db.query('select pg_sleep(1000)'))
    question.catch(() => undefined)
    await clock.advance(2_000)
    await expect(question).rejects.toThrow('in time')
    await clock.advance(LONG_WORK_MS)
    expect(store.state()).toEqual({ status: 'failed', reason: 'A statement of the embedded database did not end.' })
    await clock.advance(1_000)
    await vi.waitFor(async () => expect(await store.extent(X)).toMatchObject({ firstMs: 0 }), SOON)
    await stuck.close()
  }, 120_000)

  test('keeps its log small, by checkpoints', async () => {
    await opened.opening.use((db) => db.tidy())
    const redo = () =>
      opened.opening.use((db) => db.query(`select (redo_lsn - '0/0')::int8 as at from pg_control_checkpoint()`))
    const before = await redo()
    await opened.db((tx) =>
      tx.query(`insert into token (token_id, id) select n, n from generate_series(1000, 2000) as n`),
    )
    await opened.opening.use((db) => db.tidy())
    expect(await redo()).not.toEqual(before)
  }, 60_000)
})

const hasTrace = spawnSync('strace', ['-V']).status === 0
skipUnless(hasTrace, 'strace was not found: install it')('a write on the embedded engine', () => {
  test('is on the disk before it is acknowledged', async () => {
    const trace = `${folder.path}/trace`
    const place = await newEngineFolder(`${folder.path}/traced`)
    const strace = ['strace', '-f', '-o', trace, '-e', 'trace=fdatasync,fsync,write', '-e', 'signal=none']
    await using writer = startProgram([...strace, process.execPath, WRITER, place, '0', '25'])
    expect(await writer.ended).toBe(0)
    const calls = readFileSync(trace, 'utf8').split('\n')
    const told = calls.flatMap((call, at) => (/ write\(1, "\d+\\n"/.test(call) ? [at] : []))
    expect(told.length).toBeGreaterThan(20)
    const synced = told
      .slice(1)
      .map((at, index) => calls.slice(told[index], at).filter((call) => /sync.* = 0$/.test(call)).length)
    expect(Math.min(...synced)).toBeGreaterThanOrEqual(1)
  }, 120_000)
})

const canMount = process.getuid?.() === 0 && mountWorks()
skipUnless(canMount, 'mounting a small disk takes root')('a full disk', () => {
  test('loses nothing that was acknowledged, and is used again once it has room', async () => {
    const disk = `${folder.path}/disk`
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128m', 'tmpfs', disk])
    const { store, opening, close } = embeddedStore(await newEngineFolder(`${disk}/prices`))
    try {
      await opening.first()
      fill(`${disk}/ballast`)
      let count = 0
      const record = async () => {
        await store.recordMinutes(
          Array.from({ length: 500 }, (_, n) => minute(count * 500 + n)),
          0,
        )
        count += 1
      }
      await expect(untilFull(record)).rejects.toThrow(StoreUnavailable)
      rmSync(`${disk}/ballast`)
      const minutes = () => store.pieces(X, '1m', ALL, Number.MAX_SAFE_INTEGER, 1_000_000)
      const found = await vi.waitFor(minutes, SOON)
      expect([count * 500, (count + 1) * 500]).toContain(found.length)
      await vi.waitFor(record, SOON)
    } finally {
      await close()
      execFileSync('umount', [disk])
    }
  }, 240_000)
})

for (const [name, args] of [
  ['deno', ['run', '--no-lock', '-A']],
  ['bun', []],
] as const) {
  const binary = findRuntime(name)
  skipUnless(binary !== null, `${name} was not found: set ${name.toUpperCase()}_BIN`)(`on ${name}`, () => {
    test('the embedded engine records, and Node reads what it wrote', async () => {
      const place = await newEngineFolder(`${folder.path}/${name}`)
      await using writer = startProgram([binary ?? '', ...args, WRITER, place])
      await writer.said(/^20$/m)
      writer.signal('SIGKILL')
      await writer.ended
      const { store, opening, close } = embeddedStore(place)
      await opening.first()
      expect((await store.extent(X))?.lastMs).toBeGreaterThanOrEqual(20 * 60_000)
      await close()
    }, 120_000)
  })
}

/** Some hundreds of milliseconds of pure work. */
const SLOW = 'select count(*) from generate_series(1, 3000000) as n where n % 7 = 3'

async function untilFull(record: () => Promise<void>): Promise<void> {
  for (;;) await record()
}

/** All but some megabytes. */
function fill(path: string): void {
  const block = Buffer.alloc(1024 * 1024)
  try {
    for (;;) writeFileSync(path, block, { flag: 'a' })
  } catch {
    const size = readFileSync(path).length
    writeFileSync(path, Buffer.alloc(size - 4 * block.length))
  }
}

function mountWorks(): boolean {
  return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
}

function minute(at: number) {
  const record = { openTimeMs: at * 60_000, open: 1, high: 1, low: 1, close: 1, volume: 0.1, marketCap: null }
  return { id: 'solana:X', symbol: 'X', name: null, record }
}
