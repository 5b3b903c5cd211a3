import { expect, test } from 'vitest'
import { TapLists } from '../../../src/adapters/http/stream/tap-lists.ts'
import { ServiceError } from '../../../src/domain/errors.ts'
import { firstTapState, nextTapState } from '../../../src/domain/taps/live-state.ts'
import type { TapFeed, TapMoment } from '../../../src/ports/tap-feed.ts'

const question = { interval: 'minute', tag: null } as const

/** One list of a feed whose moments are set by hand. */
async function opened() {
  let head: TapMoment = { epoch: 'e', state: firstTapState(0, []), asOfMs: 0 }
  let views = 0
  let isAway = false
  const feed: TapFeed = {
    async open() {
      if (isAway) throw new ServiceError('taps_unavailable', 'Not now.')
      views += 1
      return {
        question,
        head: () => head,
        at: () => null,
        close() {
          views -= 1
        },
      }
    },
    onNews: () => () => {},
  }
  const lists = new TapLists(feed, 1)
  await lists.open({ id: 't', question, since: null })
  return {
    lists,
    views: () => views,
    away() {
      isAway = true
    },
    moveOn() {
      const cells = [{ bucketMs: 0, tag: '7', count: 1 }]
      head = { ...head, state: nextTapState(head.state, { windowStartMs: 0, cells, oldestSeq: 1 }) }
    },
  }
}

test('a heartbeat leads nobody past news that he has not got', async () => {
  const { lists, moveOn } = await opened()
  expect(lists.heartbeat(0)).toBeNull()
  lists.news()
  expect(lists.heartbeat(0)?.texts).toHaveLength(1)
  moveOn()
  expect(lists.heartbeat(0)).toBeNull()
  expect(lists.news()?.texts[0]).toMatch(/^{"type":"delta","id":"t","from":1,"seq":2,/)
  expect(lists.heartbeat(0)?.texts).toHaveLength(1)
})

test('a list that is dropped lets go of its view, also when it was not there yet', async () => {
  const { lists, views } = await opened()
  lists.drop('t')
  expect(views()).toBe(0)
  const early = await opened()
  const again = early.lists.open({ id: 'u', question, since: null })
  early.lists.dropAll()
  await again
  expect([early.views(), early.lists.size(), early.lists.news()]).toEqual([0, 0, null])
})

test('that a list cannot begin is told to whoever still wants it', async () => {
  const { lists, away } = await opened()
  away()
  const wanted = lists.open({ id: 'u', question, since: null })
  await expect(wanted).rejects.toMatchObject({ code: 'taps_unavailable' })
  expect(lists.has('u')).toBe(false)
  const unwanted = lists.open({ id: 'u', question, since: null })
  lists.drop('u')
  await expect(unwanted).resolves.toBeUndefined()
})
