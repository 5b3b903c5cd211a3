import { afterEach, describe, expect, test } from 'vitest'
import { composeAccess } from '../../../src/app/compose-access.ts'
import { importTaps, type TapImportEvent, TOLD_ROWS_MAX } from '../../../src/app/usecases/taps-import/importing.ts'
import { FileRefused } from '../../../src/domain/csv.ts'
import { StoreUnavailable } from '../../../src/domain/errors.ts'
import type { Tap } from '../../../src/domain/taps/tap.ts'
import type { ImportFile, ImportItem, RowPiece } from '../../../src/ports/import-files.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { memoryLog } from '../../support/log.ts'
import { memoryAccessStore } from '../../support/memory-access-store.ts'
import { memoryTapStore } from '../../support/memory-tap-store.ts'

const PIECE_ROWS = 500

/** A file in memory. @param faults thrown at the end of each reading, in turn */
function fileOf(name: string, lines: readonly string[], faults: (Error | null)[] = []): ImportFile {
  async function* rows(): AsyncGenerator<RowPiece> {
    for (let at = 0; at < lines.length; at += PIECE_ROWS) {
      const piece = lines.slice(at, at + PIECE_ROWS)
      yield {
        rows: piece.map((text, i) => ({ line: at + i + 1, cells: text.split(',') })),
        readBytes: at + piece.length,
      }
    }
    const fault = faults.shift()
    if (fault) throw fault
  }
  return { status: 'found', name, sizeBytes: lines.length, rows }
}

const tagFile = (...rows: string[]) => fileOf('tags.csv', ['tag_uid,team_id,created_at', ...rows])
const tapFile = (...rows: string[]) => fileOf('taps.csv', ['id,tag_uid,count,created_at', ...rows])
const DAY = '2022-06-01'
const TAGS = tagFile(`9000000000000000001,1,${DAY}`, `9000000000000000002,2,${DAY}`)
const tapRow = (id: number | string, uid = '9000000000000000001', count = 1) => `${id},${uid},${count},${DAY}T10:00:00Z`

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

function world() {
  const clock = fakeClock(Date.UTC(2026, 0))
  const accessStore = memoryAccessStore()
  const memory = memoryTapStore()
  const access = composeAccess({ store: accessStore, clock, log: memoryLog() })
  open.push(access)
  const batches: number[] = []
  const taps = {
    /** The store of one engine creates the teams itself. */
    async importTags(tags: Parameters<typeof memory.importTags>[0]) {
      const told = await memory.importTags(tags)
      for (const id of told.teams) await accessStore.createTeam(`team ${id}`, id, 0)
      return told
    },
    async importTaps(given: readonly (Tap & { readonly atMs: number })[]) {
      batches.push(given.length)
      return memory.importTaps(given)
    },
  }
  const stop = new AbortController()
  const steps: string[] = []
  const events = (items: { tags?: readonly ImportItem[]; taps?: readonly ImportItem[] }) =>
    importTaps(
      { tags: [], taps: [], ...items },
      {
        store: async () => ({ taps, access }),
        clock,
        signal: stop.signal,
        onProgress: ({ step, name }) => steps.push(`${step} ${name}`),
      },
    )
  const run = async (items: Parameters<typeof events>[0]) => {
    const all: TapImportEvent[] = []
    for await (const event of events(items)) all.push(event)
    return all
  }
  const report = async (items: Parameters<typeof events>[0]) =>
    (await run(items)).findLast(({ kind }) => kind === 'file')
  const total = (teamId: number) => memory.version(teamId).then(Number)
  return { memory, accessStore, batches, stop, steps, events, run, report, total }
}

describe('an import of tags and taps', () => {
  test('takes what is new, and nothing the second time', async () => {
    const { report, total, steps } = world()
    const items = { tags: [TAGS], taps: [tapFile(tapRow(1), tapRow(2, '9000000000000000002', 5))] }
    expect(await report(items)).toEqual({
      of: 'taps',
      kind: 'file',
      status: 'taken',
      name: 'taps.csv',
      inserted: 2,
      unchanged: 0,
      rejected: 0,
      untold: 0,
      ignored: [],
    })
    expect([await total(1), await total(2)]).toEqual([1, 5])
    expect(await report(items)).toMatchObject({ inserted: 0, unchanged: 2, rejected: 0 })
    expect([await total(1), await total(2)]).toEqual([1, 5])
    expect(steps.slice(0, 4)).toEqual(['check tags.csv', 'import tags.csv', 'check taps.csv', 'import taps.csv'])
  })

  test('issues a key for each team that never had one, once', async () => {
    const { run, accessStore } = world()
    const keys = async () =>
      (await run({ tags: [TAGS] })).flatMap((event) => (event.kind === 'key' ? [[event.teamId, event.secret]] : []))
    const secret = expect.stringMatching(/^ttap_live_\w{49}$/)
    expect(await keys()).toEqual([
      [1, secret],
      [2, secret],
    ])
    expect(await keys()).toEqual([])
    expect((await accessStore.keys(1)).map(({ scopes }) => scopes)).toEqual([['read', 'taps:write']])
  })

  test('that was killed before it came to the keys issues them the next time', async () => {
    const { run, memory, accessStore } = world()
    await memory.importTags([
      { uid: '9000000000000000001', teamId: 1, name: null, tokenId: null, targetUrl: null, createdAtMs: 0 },
    ])
    await accessStore.createTeam('team 1', 1, 0)
    const issued = (await run({ tags: [TAGS] })).filter(({ kind }) => kind === 'key')
    expect(issued).toMatchObject([{ teamId: 1 }, { teamId: 2 }])
  })

  test('rejects rows with their lines, and takes the others', async () => {
    const { run, total } = world()
    const rows = [tapRow(1), tapRow(2, '404'), '3,x', tapRow(1, '9000000000000000001', 9), tapRow(5), tapRow(1)]
    const events = await run({ tags: [TAGS], taps: [tapFile(...rows, `6,404,1,2026-01-02T00:00:01Z`)] })
    const rejected = events.flatMap((event) => (event.kind === 'rejected' ? [`${event.line}: ${event.reason}`] : []))
    expect(rejected).toEqual([
      '3: there is no tag 404',
      '4: has 2 cells where the first line has 4 columns',
      '5: its id belongs to another tap, which stays as it is',
      '8: is more than a day in the future',
    ])
    expect(events.at(-1)).toMatchObject({ status: 'taken', inserted: 2, unchanged: 1, rejected: 4 })
    expect(await total(1)).toBe(2)
  })

  test('rejects a row whose id an earlier one has, also of another team, in whatever batch and file', async () => {
    const { run, total } = world()
    const other = tapRow(1, '9000000000000000002')
    const many = Array.from({ length: 11_000 }, (_, i) => tapRow(i + 1))
    const rejected = async (file: ImportFile) =>
      (await run({ tags: [TAGS], taps: [file] })).flatMap((event) => (event.kind === 'rejected' ? [event.line] : []))
    expect(await rejected(tapFile(...many.slice(0, 2), other))).toEqual([4])
    expect(await rejected(tapFile(...many, other))).toEqual([11_002])
    expect([await total(1), await total(2)]).toEqual([11_000, 0])
  })

  test('rejects tags that belong to another team, each with its line', async () => {
    const { run } = world()
    await run({ tags: [TAGS] })
    const again = tagFile(`9000000000000000001,2,${DAY}`, `9000000000000000001,1,${DAY}`, `5,3,${DAY}`, `5,4,${DAY}`)
    const events = await run({ tags: [again] })
    expect(events.filter(({ kind }) => kind === 'rejected')).toMatchObject([{ line: 2 }, { line: 5 }])
    expect(events.at(-1)).toMatchObject({ inserted: 1, unchanged: 1, rejected: 2 })
  })

  test('tells the first rejected rows one by one, and counts the rest', async () => {
    const { run } = world()
    const rows = Array.from({ length: 12_000 }, (_, i) => tapRow(i, '404'))
    const events = await run({ taps: [tapFile(...rows)] })
    expect(events.filter(({ kind }) => kind === 'rejected')).toHaveLength(TOLD_ROWS_MAX)
    expect(events.at(-1)).toMatchObject({ rejected: 12_000, untold: 12_000 - TOLD_ROWS_MAX })
  })

  test('writes a large file in batches, in order, and loses none of it', async () => {
    const { run, total, batches } = world()
    await run({ tags: [TAGS] })
    const rows = Array.from({ length: 12_345 }, (_, i) => tapRow(i))
    const events = await run({ taps: [tapFile(...rows)] })
    expect(await total(1)).toBe(12_345)
    expect(batches.length).toBeGreaterThan(1)
    const counted = events.flatMap((event) => (event.kind === 'rows' ? [event.inserted] : []))
    expect(counted).toEqual(batches)
  })

  test('refuses a file that cannot be read to its end before it writes anything of it', async () => {
    const { report, batches } = world()
    const rows = Array.from({ length: 12_000 }, (_, i) => tapRow(i))
    const broken = fileOf(
      'taps.csv',
      ['id,tag_uid,count,created_at', ...rows],
      [new FileRefused('a zero byte', 12_002)],
    )
    expect(await report({ taps: [broken] })).toMatchObject({
      status: 'refused',
      line: 12_002,
      reason: 'a zero byte',
      rows: 12_000,
    })
    expect(batches).toEqual([])
    expect(await report({ taps: [fileOf('none.csv', [])] })).toMatchObject({ status: 'refused', reason: 'it is empty' })
    expect(await report({ taps: [fileOf('no-header.csv', [tapRow(1), tapRow(2)])] })).toMatchObject({
      status: 'refused',
      line: 1,
      rows: 1,
    })
  })

  test('says so when a file breaks after it was checked', async () => {
    const { report } = world()
    const file = fileOf('taps.csv', ['id,tag_uid,count,created_at', tapRow(1)], [null, new FileRefused('gone', null)])
    expect(await report({ tags: [TAGS], taps: [file] })).toMatchObject({
      status: 'refused',
      reason: 'it has changed since it was checked: gone',
    })
  })

  test('goes on with the next file, and tells what is none', async () => {
    const { run } = world()
    const items: ImportItem[] = [
      { status: 'skipped', name: 'a.txt', reason: 'no' },
      { status: 'refused', name: 'b.csv', reason: 'it does not exist' },
      TAGS,
    ]
    const files = (await run({ tags: items })).filter(({ kind }) => kind === 'file')
    expect(files.map((file) => 'status' in file && file.status)).toEqual(['skipped', 'refused', 'taken'])
  })

  test('that is interrupted has written what it told, and no more is on its way', async () => {
    const { events, stop, total } = world()
    for await (const _ of events({ tags: [TAGS] }));
    let told = 0
    const rows = Array.from({ length: 30_000 }, (_, i) => tapRow(i))
    const interrupted = async () => {
      for await (const event of events({ taps: [tapFile(...rows)] })) {
        if (event.kind === 'rows') told += event.inserted
        if (told > 0) stop.abort(new Error('Interrupted.'))
      }
    }
    await expect(interrupted()).rejects.toThrow('Interrupted.')
    const there = await total(1)
    expect(there).toBeGreaterThanOrEqual(told)
    expect(there).toBeLessThan(30_000)
  })

  test('ends when the store is away, without a promise that nobody holds', async () => {
    const { run, memory } = world()
    await run({ tags: [TAGS] })
    memory.fail('gone')
    const rows = Array.from({ length: 20_000 }, (_, i) => tapRow(i))
    await expect(run({ taps: [tapFile(...rows)] })).rejects.toBeInstanceOf(StoreUnavailable)
  })

  test('reads no further once the store has failed', async () => {
    const { run, memory, batches } = world()
    await run({ tags: [TAGS] })
    memory.fail('gone')
    const file = tapFile(...Array.from({ length: 30_000 }, (_, i) => tapRow(i)))
    let piecesAfter = 0
    const watched: ImportFile = {
      ...file,
      async *rows() {
        for await (const piece of file.rows()) {
          piecesAfter += batches.length
          yield piece
        }
      },
    }
    await expect(run({ taps: [watched] })).rejects.toBeInstanceOf(StoreUnavailable)
    expect(batches).toHaveLength(1)
    expect(piecesAfter).toBeLessThanOrEqual(2)
  })
})
