import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { backup } from '../../../src/adapters/store/backup.ts'
import type { Db } from '../../../src/adapters/store/db.ts'
import { openEmbedded } from '../../../src/adapters/store/embedded/engine.ts'
import { migrate, migrations } from '../../../src/adapters/store/migrate.ts'
import { openPostgres } from '../../../src/adapters/store/postgres/engine.ts'
import { restore } from '../../../src/adapters/store/restore.ts'
import { months } from '../../../src/adapters/store/taps/months.ts'
import { type SqlTapStore, sqlTapStore } from '../../../src/adapters/store/taps/store.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { noPostgres, skipPostgres, startPostgres } from '../../support/postgres.ts'
import { newEngineFolder, tempFolder } from '../../support/stores.ts'

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000
const T0 = Date.UTC(2026, 10, 20)
/** The last before counts had quarters of an hour. */
const BEFORE = 3
const EMPTY = `drop schema public cascade; create schema public`

/** Taps of every hour of two days, of the first moments that there are and of long after. Those of a minute from T0 on still wait. */
const TIMES = [
  ...[-1, 0, 1, T0 - 400 * DAY, T0 + 9_000 * DAY],
  ...Array.from({ length: 96 }, (_, n) => T0 - 2 * DAY + n * 31 * MINUTE + n * 997),
  ...[T0 + 5, T0 + 7, T0 + DAY],
]
const WAITING = (ms: number) => ms >= T0 && ms <= T0 + DAY
/** As the earlier version had them. $1: from when on they wait, $2: until when. */
const FILL = [
  `insert into tag (tag_uid, team_id, created_at_ms) values (1, 1, 0), (2, 2, 0)`,
  `insert into tap (tag_uid, at_ms, team_id, count)
    select team, at_text::int8, team, team + number from generate_series(1, 2) as team,
    json_array_elements_text('${JSON.stringify(TIMES)}'::json) with ordinality as times (at_text, number)`,
  `insert into tap_delta (team_id, tag_uid, minute_ms, count)
    select team_id, tag_uid, at_ms - at_ms % 60000, count from tap where at_ms between ${T0} and ${T0 + DAY}`,
  `insert into tap_h (team_id, hour, total, m)
    select team_id, floor(at_ms / 3600000.0)::int4 as hour, sum(count),
      tap_cells(60, array_agg((floor(at_ms / 60000.0) - floor(at_ms / 3600000.0) * 60)::int4), array_agg(count::int8))
    from tap where not at_ms between ${T0} and ${T0 + DAY} group by 1, 2`,
  `insert into tap_d (team_id, day, total, h)
    select team_id, floor(hour / 24.0)::int4 as day, sum(total)::int8,
      tap_cells(24, array_agg((hour - floor(hour / 24.0) * 24)::int4), array_agg(total))
    from tap_h group by 1, 2`,
  'insert into tap_total (team_id, total) select team_id, sum(total)::int8 from tap_d group by 1',
  `insert into tap_seen (team_id, event_id, tag_uid, at_ms, count, has_time)
    values (2, E'row\\t7', 2, ${T0}, 1, true), (1, E'row\\t7', 1, ${T0}, 1, true), (2, E'row\\t8', 2, ${T0}, 1, true), (1, '8', 1, ${T0}, 1, true)`,
]

interface Bench {
  readonly db: Db
  readonly file: string
  release(): Promise<void>
}

suite('embedded', async () => {
  const folder = await tempFolder()
  const { signal } = new AbortController()
  const db = await openEmbedded({
    folder: await newEngineFolder(`${folder.path}/prices`),
    clock: systemClock(),
    signal,
    onLost() {},
  })
  return { db, file: `${folder.path}/backup`, release: () => db.close().finally(folder.remove) }
})
describe.skipIf(skipPostgres)(noPostgres === null ? '' : `skipped: ${noPostgres}`, () => {
  suite('PostgreSQL', async () => {
    const [folder, server] = [await tempFolder(), await startPostgres()]
    const db = openPostgres({ url: server.url, clock: systemClock() })
    const release = () => db.close().then(server.stop).finally(folder.remove)
    return { db, file: `${folder.path}/backup`, release }
  })
})

function suite(engine: string, open: () => Promise<Bench>): void {
  describe(`taps that an earlier version has counted: ${engine}`, () => {
    let bench: Bench
    beforeAll(async () => {
      bench = await open()
    }, 120_000)
    afterAll(() => bench?.release())
    const begin = async () => {
      await bench.db.transaction((tx) => tx.exec(EMPTY))
      await migrate(bench.db, await migrations(), { upTo: BEFORE })
      await months().ensure(bench.db, TIMES)
      for (const sql of FILL) await bench.db.transaction((tx) => tx.exec(sql))
    }

    test('are counted the same by this one, those too that were not moved yet', async () => {
      await begin()
      await migrate(bench.db, await migrations())
      const clock = fakeClock()
      const store = sqlTapStore({ use: (run) => run(bench.db) }, clock)
      expect(await store.check()).toBe(0)
      expect(await store.recent(2)).toHaveLength(TIMES.filter(WAITING).length)
      await compare(store)
      for (let turns = 0; turns < 8; turns += 1) await clock.advance(600).then(store.settled)
      expect(await store.recent(2)).toEqual([])
      expect(await store.check()).toBe(0)
      await compare(store)
      await store.close()
    })

    test('are known again: imported ones by their id alone', async () => {
      await begin()
      await migrate(bench.db, await migrations())
      const store = sqlTapStore({ use: (run) => run(bench.db) }, fakeClock())
      const row = (id: number, tag: string) => ({ id: `row\t${id}`, tag, count: 1, atMs: T0 })
      const rows = [row(7, '1'), row(7, '2'), row(8, '2'), row(8, '1')]
      expect(await store.importTaps(rows)).toEqual(['duplicate', 'id_reused', 'duplicate', 'id_reused'])
      const given = { teamId: 1, taps: [{ id: '8', tag: '1', count: 1, atMs: T0 }], retry: null }
      expect(await store.record([given], T0)).toMatchObject([{ fates: ['duplicate'] }])
      await store.close()
    })

    test('are counted the same when they come from its backup', async () => {
      await begin()
      await backup(bench.db, bench.file)
      await bench.db.transaction((tx) => tx.exec(EMPTY))
      await restore(bench.db, bench.file)
      const store = sqlTapStore({ use: (run) => run(bench.db) }, fakeClock())
      expect(await store.check()).toBe(0)
      await compare(store)
      await store.close()
    })
  })
}

async function compare(store: SqlTapStore): Promise<void> {
  for (const stepMs of [DAY, HOUR, 15 * MINUTE, MINUTE, 12_345]) {
    const bounds = [-DAY, 0, T0 - 500 * DAY, ...Array.from({ length: 60 }, (_, n) => T0 + (n - 40) * stepMs), 9 * T0]
    const counts = (team: number) => bounds.slice(1).map((toMs, i) => counted(team, bounds[i] ?? 0, toMs))
    for (const team of [1, 2]) expect(await store.counts(team, bounds)).toEqual(counts(team))
  }
}

function counted(team: number, fromMs: number, toMs: number): number {
  return TIMES.reduce((sum, ms, n) => (ms >= fromMs && ms < toMs ? sum + team + n + 1 : sum), 0)
}
