import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Tag, Tap } from '../../src/domain/taps/tap.ts'
import type { TapBatch, TapStore } from '../../src/ports/tap-store.ts'
import { boundariesOf } from '../support/calendar.ts'
import { memoryTapStore } from '../support/memory-tap-store.ts'
import { noPostgres, skipPostgres, startPostgres } from '../support/postgres.ts'
import { embeddedStore, newEngineFolder, postgresStore, type StoreForTests, tempFolder } from '../support/stores.ts'

interface Bench {
  /** Empty. */
  fresh(): Promise<TapStore>
  /** What was recorded is where it is counted. */
  fold(): Promise<void>
  release(): Promise<void>
}

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000
const T0 = Date.UTC(2026, 10, 20, 12, 30, 15, 250)
const ALL = [0, 2 * T0]
const BAD = ['a\u0000b', '\uD800']

suite('memory', openMemory)
suite('embedded', openEmbedded)
describe.skipIf(skipPostgres)(noPostgres === null ? '' : `skipped: ${noPostgres}`, () => {
  suite('PostgreSQL', openPostgres)
})

function suite(name: string, open: () => Promise<Bench>): void {
  describe(`tap store: ${name}`, () => {
    let bench: Bench
    let store: TapStore
    beforeAll(async () => {
      bench = await open()
    }, 120_000)
    beforeEach(async () => {
      store = await bench.fresh()
    })
    afterAll(() => bench?.release())
    const its = () => ({ store, fold: bench.fold })
    describe('tags', () => tags(its))
    describe('recording', () => recording(its))
    describe('retries', () => retries(its))
    describe('counting', () => counting(its))
    describe('the calendar', () => calendar(its))
  })
}

type Its = () => { readonly store: TapStore; fold(): Promise<void> }

function tags(its: Its): void {
  test('are kept by creation and uid, and have every uid that eight bytes hold', async () => {
    const { store } = its()
    const uids = ['9223372036854775807', '10', '9', '9007199254740993']
    for (const uid of uids) expect(await store.addTag(tagOf(uid))).toEqual(tagOf(uid))
    await store.addTag(tagOf('1', { createdAtMs: T0 - 1, name: `o'x"`, tokenId: 'solana:X', targetUrl: 'https://x.y' }))
    const sorted = ['1', '9', '10', '9007199254740993', '9223372036854775807']
    expect((await store.tags(1)).map(({ uid }) => uid)).toEqual(sorted)
    expect(await store.tag('1')).toMatchObject({ name: `o'x"`, tokenId: 'solana:X', targetUrl: 'https://x.y' })
    expect(await store.tags(2)).toEqual([])
  })

  test('are none for what is no uid', async () => {
    for (const odd of ['', '0', '-1', '1.5', '01', 'x', '9223372036854775808', ...BAD]) {
      expect(await its().store.tag(odd)).toBeNull()
      expect(await its().store.removeTag(1, odd)).toBe(false)
      expect(await its().store.changeTag(tagOf(odd))).toBeNull()
    }
  })

  test('are added once, changed and removed by their team only', async () => {
    const { store } = its()
    await store.addTag(tagOf('1'))
    expect(await store.addTag(tagOf('1', { teamId: 2 }))).toBe('taken')
    expect(await store.changeTag(tagOf('1', { teamId: 2, name: 'theirs' }))).toBeNull()
    expect(await store.changeTag(tagOf('1', { name: 'ours', createdAtMs: 1 }))).toEqual(tagOf('1', { name: 'ours' }))
    expect(await store.removeTag(2, '1')).toBe(false)
    expect(await store.removeTag(1, '1')).toBe(true)
    expect(await store.removeTag(1, '1')).toBe(false)
    expect(await store.tag('1')).toBeNull()
    expect(await store.tags(1)).toEqual([])
    expect(await store.changeTag(tagOf('1'))).toBeNull()
    expect(await store.addTag(tagOf('1'))).toBe('taken')
  })

  test.each(BAD)('refuse a text that cannot be kept: %j', async (text) => {
    const { store } = its()
    await store.addTag(tagOf('1'))
    const refused = { code: 'invalid_body' }
    await expect(store.addTag(tagOf('2', { name: text }))).rejects.toMatchObject(refused)
    await expect(store.changeTag(tagOf('1', { targetUrl: text }))).rejects.toMatchObject(refused)
    await expect(store.importTags([tagOf('2', { tokenId: text })])).rejects.toMatchObject(refused)
    await expect(store.record([batchOf([tapOf(text)])], T0)).rejects.toMatchObject(refused)
    await expect(store.record([batchOf([], text)], T0)).rejects.toMatchObject(refused)
    expect(await store.tag('2')).toBeNull()
  })

  test('are imported with their teams, and what is there stays as it is', async () => {
    const { store } = its()
    await store.addTag(tagOf('1', { name: 'mine' }))
    const given = ['1', '2', '3', '2'].map((uid) => tagOf(uid, { teamId: uid === '3' ? 7 : 1, name: 'theirs' }))
    const first = await store.importTags([...given, tagOf('1', { teamId: 7 })])
    expect(first).toEqual({ inserted: 2, unchanged: 2, taken: ['1'], teams: [1, 7] })
    expect(await store.tag('1')).toEqual(tagOf('1', { name: 'mine' }))
    expect(await store.tags(7)).toHaveLength(1)
    expect(await store.importTags(given)).toEqual({ inserted: 0, unchanged: 4, taken: [], teams: [] })
    expect(await store.importTags([])).toEqual({ inserted: 0, unchanged: 0, taken: [], teams: [] })
  })
}

function recording(its: Its): void {
  beforeEach(async () => {
    const { store } = its()
    for (const uid of ['1', '2']) await store.addTag(tagOf(uid))
    await store.addTag(tagOf('3', { teamId: 2 }))
  })
  const fatesOf = async (...taps: Tap[]) => {
    const [fate] = await its().store.record([batchOf(taps)], T0)
    return fate === 'key_reused' ? fate : fate?.fates
  }

  test('counts an event once, whatever is tried again', async () => {
    const tap = tapOf('a', { atMs: T0 - 5, count: 3 })
    expect(await fatesOf(tap, tap)).toEqual(['accepted', 'duplicate'])
    expect(await fatesOf(tap, tapOf('a', { atMs: null, count: 3 }))).toEqual(['duplicate', 'duplicate'])
    expect(await its().store.counts(1, ALL)).toEqual([3])
  })

  test('knows an event that came without a time, with one or without', async () => {
    expect(await fatesOf(tapOf('a', { atMs: null }))).toEqual(['accepted'])
    expect(await fatesOf(tapOf('a', { atMs: null }), tapOf('a', { atMs: 5 }))).toEqual(['duplicate', 'duplicate'])
    expect(await its().store.extent(1)).toEqual({ firstMs: T0, lastMs: T0 })
  })

  test('does not count another event of the same id', async () => {
    expect(await fatesOf(tapOf('a'), tapOf('a', { count: 2 }), tapOf('a', { tag: '2' }))).toEqual([
      'accepted',
      'id_reused',
      'id_reused',
    ])
    expect(await fatesOf(tapOf('a', { count: 2 }), tapOf('a', { atMs: T0 + 1 }))).toEqual(['id_reused', 'id_reused'])
    expect(await its().store.counts(1, ALL)).toEqual([1])
  })

  test('knows tags of the team only; ids of two teams have nothing to do with each other', async () => {
    const { store } = its()
    const odd = ['3', '4', '0', 'x', '9223372036854775808'].map((tag) => tapOf('a', { tag }))
    expect(await fatesOf(...odd, tapOf('a'))).toEqual([...odd.map(() => 'tag_not_found'), 'accepted'])
    const theirs = [{ teamId: 2, taps: [tapOf('a', { tag: '3' }), tapOf('b')], retry: null }]
    expect(await store.record(theirs, T0)).toMatchObject([{ fates: ['accepted', 'tag_not_found'] }])
    expect([await store.counts(1, ALL), await store.counts(2, ALL)]).toEqual([[1], [1]])
  })

  test('refuses new taps of a removed tag and keeps counting the old ones', async () => {
    const { store } = its()
    await fatesOf(tapOf('a'))
    await store.removeTag(1, '1')
    expect(await fatesOf(tapOf('b'), tapOf('a'), tapOf('a', { count: 9 }))).toEqual([
      'tag_not_found',
      'duplicate',
      'id_reused',
    ])
    expect(await store.counts(1, ALL)).toEqual([1])
    expect(await store.countsByTag(1, null, ALL)).toEqual(new Map([['1', [1]]]))
  })

  test('records many batches at once, in their order', async () => {
    const { store } = its()
    const batches = [batchOf([tapOf('a'), tapOf('b')]), batchOf([]), batchOf([tapOf('b'), tapOf('c')])]
    expect(await store.record(batches, T0)).toEqual([
      { fates: ['accepted', 'accepted'], isReplay: false },
      { fates: [], isReplay: false },
      { fates: ['duplicate', 'accepted'], isReplay: false },
    ])
    expect(await store.record([], T0)).toEqual([])
    expect(await store.counts(1, ALL)).toEqual([3])
  })

  test('takes taps of every time, however late', async () => {
    const { store } = its()
    const times = [0, 1, Date.UTC(1999, 11, 31), Date.UTC(2020, 0), Date.UTC(2024, 1, 29), T0, Date.UTC(2150, 5)]
    expect(await fatesOf(...times.map((atMs) => tapOf(`at ${atMs}`, { atMs })))).toEqual(times.map(() => 'accepted'))
    expect(await store.counts(1, [...times, Date.UTC(2200, 0)])).toEqual(times.map(() => 1))
    expect(await store.extent(1)).toEqual({ firstMs: 0, lastMs: times.at(-1) })
    await its().fold()
    expect(await store.counts(1, [...times, Date.UTC(2200, 0)])).toEqual(times.map(() => 1))
    expect(await store.extent(1)).toEqual({ firstMs: 0, lastMs: times.at(-1) })
    expect(await store.check()).toBe(0)
  })

  test('takes what is no number for a mistake of its caller', async () => {
    for (const odd of [tapOf('a', { count: 0.5 }), tapOf('a', { atMs: Number.NaN })]) {
      await expect(its().store.record([batchOf([odd])], T0)).rejects.toThrow(RangeError)
    }
  })

  test('imports taps of whatever team by their tags', async () => {
    const { store } = its()
    const taps = [
      ...['1', '3', '4'].map((tag) => ({ ...tapOf(`a${tag}`, { tag }), atMs: T0 })),
      { ...tapOf('b'), atMs: 7 },
    ]
    expect(await store.importTaps(taps)).toEqual(['accepted', 'accepted', 'tag_not_found', 'accepted'])
    expect(await store.importTaps(taps)).toEqual(['duplicate', 'duplicate', 'tag_not_found', 'duplicate'])
    expect(await store.importTaps([{ ...tapOf('a1', { tag: '2' }), atMs: T0 }])).toEqual(['id_reused'])
    expect(await store.importTaps([])).toEqual([])
    expect([await store.counts(1, [0, T0, 2 * T0]), await store.counts(2, ALL)]).toEqual([[1, 1], [1]])
  })

  test('knows an imported tap by its id alone, whatever team it is of and whatever ids teams give', async () => {
    const { store } = its()
    const ofOne = { ...tapOf('a', { tag: '1' }), atMs: T0 }
    const ofTwo = { ...tapOf('a', { tag: '3' }), atMs: T0 }
    expect(await store.record([batchOf([ofOne])], T0)).toMatchObject([{ fates: ['accepted'] }])
    expect(await store.importTaps([ofTwo, ofOne, ofTwo])).toEqual(['accepted', 'id_reused', 'duplicate'])
    expect(await store.importTaps([ofOne])).toEqual(['id_reused'])
    expect(await store.importTaps([ofTwo])).toEqual(['duplicate'])
    expect([await store.counts(1, ALL), await store.counts(2, ALL)]).toEqual([[1], [1]])
  })

  test('by many at once counts each event once', async () => {
    const { store } = its()
    const events = Array.from({ length: 40 }, (_, n) =>
      tapOf(`e${n}`, { tag: n % 2 === 0 ? '1' : '2', atMs: T0 + n * HOUR }),
    )
    const orders = [events, events.toReversed(), [...events.slice(17), ...events.slice(0, 17)], events]
    const told = await Promise.all(orders.map((taps) => store.record([batchOf(taps)], T0)))
    const fates = told.flat().flatMap((fate) => (fate === 'key_reused' ? [] : fate.fates))
    expect(fates.filter((fate) => fate === 'accepted')).toHaveLength(40)
    expect(fates.filter((fate) => fate === 'duplicate')).toHaveLength(120)
    expect(await store.counts(1, [0, 2 * T0])).toEqual([40])
  })
}

function retries(its: Its): void {
  beforeEach(async () => {
    await its().store.addTag(tagOf('1'))
    await its().store.addTag(tagOf('2', { teamId: 2 }))
  })

  test('get the answer that was given before, for a day', async () => {
    const { store } = its()
    const batch = batchOf([tapOf('a'), tapOf('a'), tapOf('b', { tag: '9' }), tapOf('a', { count: 2 })], 'key')
    const fates = ['accepted', 'duplicate', 'tag_not_found', 'id_reused']
    expect(await store.record([batch], T0)).toEqual([{ fates, isReplay: false }])
    expect(await store.record([batch], T0 + DAY - 1)).toEqual([{ fates, isReplay: true }])
    const later = await store.record([batch], T0 + DAY)
    expect(later).toEqual([{ fates: ['duplicate', 'duplicate', 'tag_not_found', 'id_reused'], isReplay: false }])
    expect(await store.record([batch], T0 + DAY + 1)).toEqual([{ ...Object(later[0]), isReplay: true }])
  })

  test('of another body are refused, and nothing is recorded', async () => {
    const { store } = its()
    await store.record([batchOf([tapOf('a')], 'key')], T0)
    expect(await store.record([batchOf([tapOf('b')], 'key', 'other')], T0)).toEqual(['key_reused'])
    expect(await store.counts(1, ALL)).toEqual([1])
  })

  test('belong to a team', async () => {
    const { store } = its()
    await store.record([batchOf([tapOf('a')], 'key')], T0)
    const theirs = { ...batchOf([tapOf('a', { tag: '2' })], 'key', 'other'), teamId: 2 }
    expect(await store.record([theirs], T0)).toEqual([{ fates: ['accepted'], isReplay: false }])
  })

  test('that come in one call are answered one after the other', async () => {
    const { store } = its()
    const [first, other] = [batchOf([tapOf('a')], 'key'), batchOf([tapOf('b')], 'key', 'other')]
    expect(await store.record([first, other, batchOf([tapOf('c')]), first], T0)).toEqual([
      { fates: ['accepted'], isReplay: false },
      'key_reused',
      { fates: ['accepted'], isReplay: false },
      { fates: ['accepted'], isReplay: true },
    ])
  })

  test('at one moment are recorded once', async () => {
    const { store } = its()
    const batch = batchOf([tapOf('a')], 'key')
    const told = (await Promise.all([1, 2, 3, 4].map(() => store.record([batch], T0)))).flat()
    expect(told.map((fate) => fate !== 'key_reused' && fate.isReplay).sort()).toEqual([false, true, true, true])
    expect(told.every((fate) => fate !== 'key_reused' && fate.fates[0] === 'accepted')).toBe(true)
  })
}

function counting(its: Its): void {
  const UIDS = ['1', '2', '9223372036854775807']
  beforeEach(async () => {
    for (const uid of UIDS) await its().store.addTag(tagOf(uid))
  })

  test('is nothing before the first tap', async () => {
    const { store } = its()
    expect(await store.counts(1, [0, 1, 2])).toEqual([0, 0])
    expect(await store.counts(9, ALL)).toEqual([0])
    expect(await store.countsByTag(1, null, ALL)).toEqual(new Map())
    expect(await store.extent(1)).toBeNull()
    expect(await store.recent(1)).toEqual([])
    expect(await store.check()).toBe(0)
  })

  test('has another version after every tap, and the same one while nothing comes', async () => {
    const { store, fold } = its()
    const seen = [await store.version(1)]
    for (const id of ['a', 'b']) {
      await store.record([batchOf([tapOf(id)])], T0)
      seen.push(await store.version(1))
      await fold()
    }
    expect(new Set(seen).size).toBe(3)
    expect(await store.version(1)).toBe(seen.at(-1))
  })

  test('names what was written lately', async () => {
    const { store } = its()
    await store.record([batchOf([tapOf('a', { atMs: 61_000 }), tapOf('b', { tag: '2', atMs: T0 })])], T0)
    const changes = (await store.recent(1)).map(({ tag, minuteMs }) => [tag, minuteMs])
    expect(changes.sort()).toEqual([
      ['1', MINUTE],
      ['2', Math.floor(T0 / MINUTE) * MINUTE],
    ])
    const ids = (await store.recent(1)).map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
    expect(await store.recent(2)).toEqual([])
  })

  const around = fc.oneof(
    fc.integer({ min: T0 - 400 * DAY, max: T0 + DAY }),
    fc.integer({ min: T0 - 3 * HOUR, max: T0 + 3 * HOUR }),
    fc.integer({ min: -50, max: 50 }).map((n) => T0 - (T0 % HOUR) + n * MINUTE),
    fc.integer({ min: -50, max: 50 }).map((n) => T0 - (T0 % DAY) + n * HOUR),
  )
  const taps = fc.array(
    fc.record({
      tag: fc.constantFrom(...UIDS),
      atMs: around,
      count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 1e6 })),
    }),
    { minLength: 1, maxLength: 120 },
  )
  const bounds = fc.array(around, { minLength: 2, maxLength: 12 }).map((times) => times.sort((a, b) => a - b))

  test('is exact to the millisecond, before and after what was recorded was moved', async () => {
    const { store, fold } = its()
    const known: Tap[] = []
    const naive = (of: readonly Tap[], asked: readonly number[]) =>
      asked
        .slice(1)
        .map((toMs, at) => sum(of.filter(({ atMs }) => Number(atMs) >= Number(asked[at]) && Number(atMs) < toMs)))
    const compare = async (asked: readonly number[]) => {
      expect(await store.counts(1, asked)).toEqual(naive(known, asked))
      const byTag = new Map(
        UIDS.map(
          (uid) =>
            [
              uid,
              naive(
                known.filter(({ tag }) => tag === uid),
                asked,
              ),
            ] as const,
        ),
      )
      const some = (uids: readonly string[]) =>
        new Map([...byTag].filter(([uid, counts]) => uids.includes(uid) && counts.some((count) => count > 0)))
      expect(await store.countsByTag(1, null, asked)).toEqual(some(UIDS))
      expect(await store.countsByTag(1, ['2', 'x', '77'], asked)).toEqual(some(['2']))
    }
    await fc.assert(
      fc.asyncProperty(taps, bounds, fc.boolean(), async (given, asked, isFolded) => {
        const added = given.map((tap, n) => ({ ...tap, id: `${known.length} ${n}` }))
        await store.record([batchOf(added)], T0)
        known.push(...added)
        await compare(asked)
        if (isFolded) await fold()
        await compare(asked)
      }),
      { numRuns: 25 },
    )
    expect(await store.check()).toBe(0)
    const times = known.map(({ atMs }) => Number(atMs))
    expect(await store.extent(1)).toEqual({ firstMs: Math.min(...times), lastMs: Math.max(...times) })
  })

  test('counts nothing twice when boundaries are the same or outside', async () => {
    const { store } = its()
    await store.record([batchOf([tapOf('a', { count: 5 })])], T0)
    expect(await store.counts(1, [T0, T0, T0 + 1, T0 + 1])).toEqual([0, 5, 0])
    expect(await store.counts(1, [T0 + 1, T0 + 2])).toEqual([0])
    expect(await store.counts(1, [-Infinity, T0, Infinity])).toEqual([0, 5])
    const odd = Array.from({ length: 250 }, (_, n) => T0 - 6 * HOUR + n * 86_411)
    const at = odd.findLastIndex((ms) => ms <= T0)
    expect(await store.counts(1, odd)).toEqual(odd.slice(1).map((_, n) => (n === at ? 5 : 0)))
  })
}

function calendar(its: Its): void {
  const around = (text: string, days: number) => ({ fromMs: Date.parse(text), toMs: Date.parse(text) + days * DAY })

  test.each([
    ['quarter', 'UTC', around('2026-11-20T00:00Z', 200)],
    ['quarter', 'America/New_York', around('2026-01-01T03:00Z', 300)],
    ['quarter', 'Europe/Berlin', around('2026-03-31T22:30Z', 1)],
    ['quarter', 'Australia/Lord_Howe', around('2025-09-30T12:00Z', 100)],
    ['quarter', 'Asia/Kathmandu', around('2026-06-30T18:14Z', 1)],
    ['month', 'America/Sao_Paulo', around('2018-02-16T12:00Z', 40)],
    ['day', 'America/Havana', around('2021-11-05T12:00Z', 4)],
    ['hour', 'America/St_Johns', around('2026-11-01T02:00Z', 0.2)],
    // Clocks that go back, and forward, by half an hour; ranges that begin within what is shown twice, and what is left out.
    ['hour', 'Australia/Lord_Howe', around('2024-04-06T12:00Z', 0.2)],
    ['hour', 'Australia/Lord_Howe', around('2024-04-06T14:45Z', 0.01)],
    ['hour', 'Australia/Lord_Howe', around('2024-04-06T15:10Z', 0)],
    ['hour', 'Australia/Lord_Howe', around('2024-10-05T12:00Z', 0.2)],
    ['hour', 'Australia/Lord_Howe', around('2024-10-05T15:15Z', 0.01)],
    ['hour', 'Asia/Kathmandu', around('1985-12-31T17:00Z', 0.1)],
    // Without its 30 December.
    ['day', 'Pacific/Apia', around('2011-12-28T12:00Z', 4)],
    ['week', 'Pacific/Apia', around('2011-12-28T12:00Z', 9)],
  ] as const)('has the begins of each %s in %s', async (unit, zone, range) => {
    const found = await its().store.boundaries(unit, zone, range)
    expect(found).toEqual(boundariesOf(unit, zone, range))
    expect(found?.at(0)).toBeLessThanOrEqual(range.fromMs)
    expect(found?.at(-1)).toBeGreaterThanOrEqual(range.toMs)
  })

  test('is the same for years that were asked about before, and from one year to the next', async () => {
    const { store } = its()
    const spans = [around('2024-03-01T10:07Z', 20), around('2022-12-20T00:00Z', 20), around('2021-10-01T00:00Z', 1000)]
    for (const zone of ['Asia/Kolkata', 'America/New_York', 'America/St_Johns']) {
      for (const span of [...spans, ...spans]) {
        expect(await store.boundaries('day', zone, span)).toEqual(boundariesOf('day', zone, span))
      }
      const turn = around('2025-12-31T12:00Z', 1)
      expect(await store.boundaries('hour', zone, turn)).toEqual(boundariesOf('hour', zone, turn))
    }
  })

  test('knows no zone that is none', async () => {
    expect(await its().store.boundaries('quarter', 'Mars/Olympus', around('2026-01-01T00:00Z', 1))).toBeNull()
  })
}

function tagOf(uid: string, fields: Partial<Tag> = {}): Tag {
  return { uid, teamId: 1, name: null, tokenId: null, targetUrl: null, createdAtMs: T0, ...fields }
}

function tapOf(id: string, fields: Partial<Tap> = {}): Tap {
  return { id, tag: '1', count: 1, atMs: T0, ...fields }
}

function batchOf(taps: readonly Tap[], key: string | null = null, fingerprint = 'print'): TapBatch {
  return { teamId: 1, taps, retry: key === null ? null : { key, fingerprint } }
}

function sum(taps: readonly Tap[]): number {
  return taps.reduce((total, { count }) => total + count, 0)
}

async function openMemory(): Promise<Bench> {
  return { fresh: async () => memoryTapStore(), fold: async () => undefined, release: async () => undefined }
}

async function openEmbedded(): Promise<Bench> {
  const folder = await tempFolder()
  const bench = benchOf(embeddedStore(await newEngineFolder(`${folder.path}/prices`)))
  return { ...bench, release: () => bench.release().finally(folder.remove) }
}

async function openPostgres(): Promise<Bench> {
  const server = await startPostgres()
  const bench = benchOf(postgresStore(server.url))
  return { ...bench, release: () => bench.release().finally(server.stop) }
}

function benchOf({ opening, taps, foldClock, clear, close, db }: StoreForTests): Bench {
  const isLeft = async () => {
    const [row] = await db((tx) =>
      tx.query<{ readonly left: boolean }>('select exists (select from tap_delta) as left'),
    )
    return row?.left
  }
  return {
    fresh: () =>
      opening
        .first()
        .then(clear)
        .then(() => taps),
    fold: () =>
      vi.waitFor(
        async () => {
          await foldClock.advance(600)
          expect(await isLeft()).toBe(false)
        },
        { timeout: 20_000, interval: 5 },
      ),
    release: close,
  }
}
