import { describe, expect, test } from 'vitest'
import type { TapLiveQuestion } from '../../../src/ports/tap-feed.ts'
import { MINUTE_MS, NOON_MS, rowsOf, TAGS_A, TAGS_B, TEAM_A, TEAM_B, told, twoTeams } from './support.ts'

const MINUTES: TapLiveQuestion = { interval: 'minute', tag: null }
const [TAG, OTHER, LONG] = TAGS_A

describe('live taps', () => {
  test('begin with what was counted in the window, the minute that is not over included', async () => {
    const { feed, tap } = await twoTeams()
    await tap(TAG, { atMs: NOON_MS - 59 * MINUTE_MS, count: 3 })
    await tap(TAG, { atMs: NOON_MS - 60 * MINUTE_MS, count: 100 })
    await tap(OTHER)
    await tap(LONG)
    await tap(TAG, { atMs: NOON_MS + 23 * 60 * MINUTE_MS })
    const view = await feed.open(TEAM_A, MINUTES)
    expect(rowsOf(view)).toEqual([`-59 ${TAG} 3`, `0 ${OTHER} 1`, `0 ${LONG} 1`, `${23 * 60} ${TAG} 1`])
    expect(view.head()).toMatchObject({ epoch: 'e1', asOfMs: NOON_MS, state: { seq: 1 } })
  })

  test('tell each tap within a second, as the whole count of its minute', async () => {
    const { feed, tap, clock } = await twoTeams()
    await tap(TAG, { count: 5 })
    const view = await feed.open(TEAM_A, MINUTES)
    const before = view.head().state
    await tap(TAG, { count: 2 })
    await clock.advance(1000)
    expect(told(view, before)).toEqual({
      windowStartMs: NOON_MS - 59 * MINUTE_MS,
      upserts: [{ bucketMs: NOON_MS, tag: TAG, count: 7 }],
      removes: [],
    })
    expect(view.head().epoch).toBe('e1')
  })

  test('tell a late tap in the bucket where it happened, within the window and before it', async () => {
    const { feed, tap, clock } = await twoTeams()
    const longAgo = NOON_MS - 300 * MINUTE_MS
    await tap(TAG, { atMs: longAgo, count: 40 })
    const [minutes, days] = [await feed.open(TEAM_A, MINUTES), await feed.open(TEAM_A, { interval: 'day', tag: TAG })]
    expect([rowsOf(minutes), days.head().state.buckets.size]).toEqual([[], 1])
    await tap(TAG, { atMs: longAgo + 1, count: 2 })
    await tap(OTHER, { atMs: NOON_MS - 5 * MINUTE_MS })
    await clock.advance(1000)
    expect(rowsOf(minutes)).toEqual([`-300 ${TAG} 42`, `-5 ${OTHER} 1`])
    expect([...(days.head().state.buckets.values().next().value ?? [])]).toEqual([
      [TAG, 42],
      [OTHER, 1],
    ])
  })

  test('rows leave with their bucket', async () => {
    const { feed, tap, clock } = await twoTeams()
    await tap(TAG, { atMs: NOON_MS - 59 * MINUTE_MS })
    const view = await feed.open(TEAM_A, MINUTES)
    const before = view.head().state
    await clock.advance(MINUTE_MS)
    expect(told(view, before)).toEqual({
      windowStartMs: NOON_MS - 58 * MINUTE_MS,
      upserts: [],
      removes: [{ bucketMs: NOON_MS - 59 * MINUTE_MS, tag: TAG }],
    })
  })

  test('are of one team: what another team taps is not told, and its tags are not known', async () => {
    const { feed, tap, clock } = await twoTeams()
    const view = await feed.open(TEAM_A, MINUTES)
    let news = 0
    feed.onNews(() => {
      news += 1
    })
    await tap(TAGS_B[0])
    await clock.advance(2000)
    expect([rowsOf(view), news]).toEqual([[], 0])
    expect(rowsOf(await feed.open(TEAM_B, MINUTES))).toEqual([`0 ${TAGS_B[0]} 1`])
    const refusals = [TAGS_B[0], '99', 'no uid'].map((tag) => feed.open(TEAM_A, { interval: 'minute', tag }))
    const reasons = (await Promise.allSettled(refusals)).map((one) => one.status === 'rejected' && one.reason)
    expect(reasons.map(({ code, message }) => [code, message])).toEqual(
      Array.from({ length: 3 }, () => ['tag_not_found', 'There is no tag of this uid.']),
    )
  })

  test('ask the store once for all readers of a team, twice a second, and only while there are any', async () => {
    const { feed, asked, clock } = await twoTeams()
    await clock.advance(5000)
    expect(asked).toEqual({ recent: 0, counts: 0 })
    const views = await Promise.all(Array.from({ length: 50 }, () => feed.open(TEAM_A, MINUTES)))
    const opening = { ...asked }
    expect(opening).toEqual({ recent: 1, counts: 1 })
    await clock.advance(10_000)
    expect(asked).toEqual({ recent: opening.recent + 20, counts: opening.counts })
    for (const view of views) view.close()
    await clock.advance(120_000)
    const { recent } = asked
    await clock.advance(120_000)
    expect(asked.recent).toBe(recent)
  })

  test('keep their positions for a minute after the last reader has gone, and no longer', async () => {
    const { feed, tap, clock } = await twoTeams()
    const first = await feed.open(TEAM_A, MINUTES)
    const at = { epoch: first.head().epoch, seq: first.head().state.seq }
    first.close()
    first.close()
    await clock.advance(59_000)
    await tap(TAG)
    const again = await feed.open(TEAM_A, MINUTES)
    expect(again.at(at)?.seq).toBe(at.seq)
    await clock.advance(1000)
    expect(rowsOf(again)).toEqual([`0 ${TAG} 1`])
    again.close()
    await clock.advance(61_000)
    const late = await feed.open(TEAM_A, MINUTES)
    expect([late.at(at), late.head().epoch]).toEqual([null, 'e2'])
  })
})

describe('while the store is away', () => {
  test('a view cannot be opened, and one that is open stands still and says since when', async () => {
    const { feed, store, clock, tap, log } = await twoTeams()
    const view = await feed.open(TEAM_A, MINUTES)
    await clock.advance(1000)
    store.fail('away')
    await expect(feed.open(TEAM_B, MINUTES)).rejects.toMatchObject({ code: 'taps_unavailable' })
    await clock.advance(10_000)
    expect(view.head()).toMatchObject({ epoch: 'e1', asOfMs: NOON_MS + 1000 })
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([])
    store.fail(null)
    await tap(TAG)
    await clock.advance(1000)
    // More may have been written meanwhile than the store remembers: nobody can go on from before.
    expect(view.head().epoch).toBe('e2')
    expect(rowsOf(view)).toEqual([`0 ${TAG} 1`])
    expect(view.at({ epoch: 'e1', seq: 1 })).toBeNull()
  })

  test('a short outage costs nothing', async () => {
    const { feed, store, clock, tap } = await twoTeams()
    const view = await feed.open(TEAM_A, MINUTES)
    await tap(TAG)
    store.fail('away')
    await clock.advance(1200)
    store.fail(null)
    await clock.advance(500)
    expect([view.head().epoch, rowsOf(view)]).toEqual(['e1', [`0 ${TAG} 1`]])
  })

  test('what was written is not forgotten when only the counts cannot be had', async () => {
    const { feed, store, clock, tap, countsFail } = await twoTeams()
    const view = await feed.open(TEAM_A, MINUTES)
    await tap(TAG)
    countsFail(true)
    await clock.advance(5000)
    expect([rowsOf(view), view.head().asOfMs]).toEqual([[], NOON_MS])
    // By now the store itself has forgotten when it was written.
    store.age()
    countsFail(false)
    await clock.advance(500)
    expect([view.head().epoch, rowsOf(view)]).toEqual(['e1', [`0 ${TAG} 1`]])
  })

  test('a gap stays one until everything was counted anew', async () => {
    const { feed, store, clock, tap, countsFail } = await twoTeams()
    const view = await feed.open(TEAM_A, MINUTES)
    store.fail('away')
    await clock.advance(3000)
    store.fail(null)
    countsFail(true)
    await tap(TAG)
    store.age()
    await clock.advance(3000)
    expect(view.head()).toMatchObject({ epoch: 'e1', asOfMs: NOON_MS })
    countsFail(false)
    await clock.advance(500)
    expect([view.head().epoch, rowsOf(view)]).toEqual(['e2', [`0 ${TAG} 1`]])
  })

  test('an import that changes more than can be told begins a new run', async () => {
    const { feed, clock, tap } = await twoTeams()
    const view = await feed.open(TEAM_A, MINUTES)
    for (let minute = 100; minute < 201; minute++) await tap(TAG, { atMs: NOON_MS - minute * MINUTE_MS })
    await tap(OTHER)
    await clock.advance(500)
    expect([view.head().epoch, rowsOf(view)]).toEqual(['e2', [`0 ${OTHER} 1`]])
  })
})
