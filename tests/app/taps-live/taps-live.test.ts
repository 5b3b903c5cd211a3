import { describe, expect, test } from 'vitest'
import { MINUTE_MS, NOON_MS, rowsOf, TAGS_A, TEAM_A, told, twoTeams } from './support.ts'

const MINUTES = { interval: 'minute', tag: null } as const
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
})
