import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { RECENT_MS, type Tap } from '../../../src/domain/taps/tap.ts'
import type { TapBatch } from '../../../src/ports/tap-store.ts'
import { noPostgres, skipPostgres, startPostgres } from '../../support/postgres.ts'
import { embeddedStore, newEngineFolder, postgresStore, type StoreForTests, tempFolder } from '../../support/stores.ts'

interface Bench {
  readonly one: StoreForTests
  /** Another instance with the same tables; null where there can be none. */
  readonly two: StoreForTests | null
  release(): Promise<void>
}

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000
const T0 = Date.UTC(2026, 10, 20, 12)
const ALL = [0, 2 * T0]
const SOON = { timeout: 20_000, interval: 5 }

suite('embedded', async () => {
  const folder = await tempFolder()
  const one = embeddedStore(await newEngineFolder(`${folder.path}/prices`))
  return { one, two: null, release: () => one.close().finally(folder.remove) }
})
describe.skipIf(skipPostgres)(noPostgres === null ? '' : `skipped: ${noPostgres}`, () => {
  suite('PostgreSQL', async () => {
    const server = await startPostgres()
    const [one, two] = [postgresStore(server.url), postgresStore(server.url)]
    const release = () => Promise.all([one.close(), two.close()]).then(server.stop)
    return { one, two, release }
  })
})

function suite(name: string, open: () => Promise<Bench>): void {
  describe(`what counts taps: ${name}`, () => {
    let bench: Bench
    let one: StoreForTests
    let taps: StoreForTests['taps']
    beforeAll(async () => {
      bench = await open()
      one = bench.one
      taps = one.taps
      await one.opening.first()
      await bench.two?.opening.first()
    }, 120_000)
    afterAll(() => bench?.release())
    beforeEach(async () => {
      await one.clear()
      for (const teamId of [1, 2]) await taps.addTag(tagOf(teamId))
    })

    test('goes where it is counted after a while, and no earlier', async () => {
      await taps.record([batchOf(1, 'a')], T0)
      for (let ms = 0; ms < RECENT_MS; ms += 400) {
        await turn(one, 400)
        expect(await taps.recent(1)).toHaveLength(1)
      }
      await folded(one)
      expect(await taps.recent(1)).toEqual([])
      expect(await taps.counts(1, ALL)).toEqual([1])
      expect(await rows(one, 'tap_h')).toBe(1)
    })

    test('stands still when there is nothing to do', async () => {
      await taps.record([batchOf(1, 'a')], T0)
      await folded(one)
      const after = vi.spyOn(one.foldClock, 'after')
      await turn(one, 10 * RECENT_MS)
      expect(after).not.toHaveBeenCalled()
      after.mockRestore()
    })

    test('is the same at every moment while it is moved', async () => {
      await taps.record([batchOf(1, 'a', 'b', 'c')], T0)
      const seen = new Set<string>()
      for (let turns = 0; turns < 12; turns += 1) {
        const asked = Array.from({ length: 5 }, () => Promise.all([taps.counts(1, ALL), taps.version(1)]))
        await one.foldClock.advance(500)
        for (const answer of await Promise.all(asked)) seen.add(JSON.stringify(answer))
      }
      expect(seen.size).toBe(1)
      await folded(one)
    })

    test.each([
      ['a minute', 'update tap_h set m[3] = m[3] + 1'],
      ['an hour', 'update tap_d set q[3] = q[3] + 1'],
      ['a total', 'update tap_d set total = total + 1'],
      ['all of a team', 'update tap_total set total = total + 1'],
      ['a lost hour', 'delete from tap_h'],
      ['an hour that nobody tapped in', `insert into tap_h values (7, 1, 1, tap_cells(60, '{0}', '{1}'))`],
    ])('is found to be wrong in %s, and made anew', async (_, harm) => {
      const late = batchOf(2, 'late', { atMs: T0 - 400 * DAY, count: 7 })
      await taps.record([batchOf(1, 'a', 'b', { atMs: 5 }), batchOf(2, 'a'), late], T0)
      await folded(one)
      await taps.record([batchOf(1, 'not yet moved', { atMs: T0 + HOUR })], T0)
      expect(await taps.check()).toBe(0)
      await one.db((tx) => tx.exec(harm))
      expect(await taps.check()).toBeGreaterThan(0)
      const version = await taps.version(2)
      await taps.rebuild()
      expect(await taps.check()).toBe(0)
      expect(await taps.counts(1, [0, T0, T0 + 1, 2 * T0])).toEqual([1, 1, 1])
      expect(await taps.counts(2, ALL)).toEqual([8])
      expect(await taps.recent(1)).toHaveLength(1)
      expect(await taps.version(2)).toMatch(/^\d+-8$/)
      expect(version).toMatch(/^\d+-\d+$/)
      await folded(one)
      expect(await taps.check()).toBe(0)
    })

    test('takes taps of a month whose place has gone, as after a restore by other tools', async () => {
      await taps.record([batchOf(1, 'a')], T0)
      await folded(one)
      await one.db((tx) => tx.exec('drop table tap_2026_11; truncate tap_h, tap_d, tap_total, tap_seen'))
      expect(await taps.record([batchOf(1, 'a')], T0)).toMatchObject([{ fates: ['accepted'] }])
      expect(await taps.counts(1, ALL)).toEqual([1])
    })

    test('moves a transaction as a whole, however much it has written', async () => {
      const many = Array.from({ length: 6_000 }, (_, n) => ({ id: `e${n}`, tag: '1', count: 1, atMs: T0 + n * MINUTE }))
      await taps.importTaps([...many, { id: 'other', tag: '2', count: 1, atMs: T0 }])
      await taps.importTaps([{ id: 'later', tag: '2', count: 1, atMs: T0 }])
      expect(await rows(one, 'tap_delta')).toBe(3)
      expect(new Set((await taps.recent(1)).map(({ id }) => id)).size).toBe(6_000)
      await folded(one)
      expect(await taps.counts(1, [T0, T0 + 5_999 * MINUTE, 2 * T0])).toEqual([5_999, 1])
      expect(await taps.counts(2, ALL)).toEqual([2])
      expect(await taps.check()).toBe(0)
    })

    test('moves what another life of the database has left', async () => {
      await taps.record([batchOf(1, 'a')], T0)
      await one.db((tx) => tx.exec(`update tap_delta set written_by = '4611686018427387904'`))
      await folded(one)
      expect(await taps.counts(1, ALL)).toEqual([1])
    })

    test('forgets answers to retries when their time is over', async () => {
      const retry = { key: 'k', fingerprint: 'f' }
      await taps.record([{ ...batchOf(1, 'a'), retry }], one.foldClock.nowMs())
      await folded(one)
      expect(await rows(one, 'tap_answer')).toBe(1)
      await turn(one, 2 * DAY)
      await taps.record([batchOf(1, 'b')], one.foldClock.nowMs())
      await vi.waitFor(async () => {
        await one.foldClock.advance(600)
        expect(await rows(one, 'tap_answer')).toBe(0)
      }, SOON)
      await folded(one)
    })

    test('named what was committed late for as long as what was committed at once', async () => {
      if (bench.two === null) return
      const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const slow = one.db(async (tx) => {
        await tx.exec(
          `insert into tap_delta (total, team_id, tags, minutes, counts) values (1, 1, '{1}', '{${T0}}', '{1}')`,
        )
        await tx.exec(`insert into tap values (1, ${T0}, 1, 1)`)
        begun.resolve()
        await end.promise
      })
      await begun.promise
      const { two } = bench
      await two.taps.record([batchOf(1, 'quick', { atMs: T0 })], T0)
      await folded(two)
      await turn(two, 3 * RECENT_MS)
      expect(await two.taps.recent(1)).toEqual([])
      end.resolve()
      await slow
      await two.taps.record([batchOf(2, 'wakes it')], T0)
      for (let ms = 0; ms < RECENT_MS; ms += 400) {
        expect(await two.taps.recent(1)).toHaveLength(1)
        await turn(two, 400)
      }
      expect(await two.taps.counts(1, ALL)).toEqual([2])
      await folded(two)
      expect(await two.taps.counts(1, ALL)).toEqual([2])
      expect(await two.taps.check()).toBe(0)
    })

    test('is right when two instances record the same and both move it', async () => {
      const stores = bench.two === null ? [one, one] : [one, bench.two]
      const ids = Array.from({ length: 60 }, (_, n) => `e${n}`)
      const moving = stores.map(async (store) => {
        for (let turns = 0; turns < 30; turns += 1) await turn(store, 500)
      })
      const told = stores.map(async ({ taps: own }, which) => {
        const order = which === 0 ? ids : ids.toReversed()
        for (let at = 0; at < 60; at += 10) {
          await own.record([batchOf(1, ...order.slice(at, at + 10).flatMap((id) => [id, { atMs: minuteOf(id) }]))], T0)
        }
      })
      await Promise.all([...told, ...moving])
      for (const store of stores) await folded(store)
      expect(await taps.counts(1, ALL)).toEqual([60])
      expect(await taps.check()).toBe(0)
    }, 120_000)

    test('holds nobody up while one makes it anew and others record', async () => {
      let recorded = 0
      let done = false
      const writing = (async () => {
        for (; !done; recorded += 1) await taps.record([batchOf(1, `e${recorded}`, { atMs: T0 + recorded * 7 })], T0)
      })()
      for (let times = 0; times < 3; times += 1) {
        await taps.rebuild()
        await turn(one, 700)
      }
      done = true
      await writing
      expect(await taps.counts(1, ALL)).toEqual([recorded])
      await folded(one)
      expect(await taps.counts(1, ALL)).toEqual([recorded])
      expect(await taps.check()).toBe(0)
    })
  })
}

/** Moves time on, and waits for what that began. */
async function turn({ foldClock, taps }: StoreForTests, ms: number): Promise<void> {
  await foldClock.advance(ms)
  await taps.settled()
}

async function folded(store: StoreForTests): Promise<void> {
  await vi.waitFor(async () => {
    await turn(store, 600)
    expect(await rows(store, 'tap_delta')).toBe(0)
  }, SOON)
  await turn(store, 600)
}

async function rows({ db }: StoreForTests, table: string): Promise<number> {
  const [row] = await db((tx) => tx.query<{ readonly count: number }>(`select count(*)::int4 as count from ${table}`))
  return row?.count ?? 0
}

function minuteOf(id: string): number {
  return T0 + Number(id.slice(1)) * MINUTE
}

function tagOf(teamId: number) {
  return { uid: String(teamId), teamId, name: null, tokenId: null, targetUrl: null, createdAtMs: T0 }
}

/** @param given ids, each with what is special about its tap after it */
function batchOf(teamId: number, ...given: readonly (string | Partial<Tap>)[]): TapBatch {
  const taps: Tap[] = []
  for (const one of given) {
    if (typeof one === 'string') taps.push({ id: one, tag: String(teamId), count: 1, atMs: T0 })
    else taps.push({ ...(taps.pop() as Tap), ...one })
  }
  return { teamId, taps, retry: null }
}
