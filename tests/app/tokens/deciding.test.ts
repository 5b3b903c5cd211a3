import { expect, test } from 'vitest'
import { type Deciding, deciding } from '../../../src/app/usecases/tokens/deciding.ts'
import { type News, readNews, writeNews } from '../../../src/app/usecases/tokens/news.ts'
import { type Observations, observationStore } from '../../../src/app/usecases/tokens/observations.ts'
import { NO_TRENDS } from '../../../src/app/usecases/tokens/settings.ts'
import { type Shelf, shelf } from '../../../src/app/usecases/tokens/shelf.ts'
import { addressOf, type TokenId } from '../../../src/domain/tokens/identity.ts'
import { mergeParameters } from '../../../src/domain/tokens/parameters.ts'
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts'
import { fakeSource, type Market } from '../../support/fake-source.ts'
import { token } from '../../support/live-tokens.ts'

const FIG = token(1)
const PLUM = token(2)
const parameters = mergeParameters(['dexscreener'])

interface Bench extends Deciding {
  readonly clock: FakeClock
  readonly boards: Shelf
  readonly observations: Observations
  /** A second passes, and the source says this of the tokens. */
  say(prices: Readonly<Record<TokenId, number>>): Promise<void>
  /** Decides about both tokens. */
  next(): News | null
  /** As if it had come from another system. */
  read(news: News | null): void
}

function bench(): Bench {
  const clock = fakeClock()
  const boards = shelf({ clock, parameters, epoch: '1', onBoards: () => {}, onMove: () => {} })
  const observations = observationStore(clock, parameters.staleLimitMs)
  const market: Market = new Map()
  const source = fakeSource('dexscreener', { clock, market })
  const parts = deciding({ clock, parameters, displayAddress: addressOf, trends: NO_TRENDS }, observations, boards)
  return {
    ...parts,
    clock,
    boards,
    observations,
    async say(prices) {
      await clock.advance(1_000)
      for (const [id, priceUsd] of Object.entries(prices)) market.set(id as TokenId, { symbol: 'X', priceUsd })
      observations.add(
        (await source.lookup(Object.keys(prices) as TokenId[], new AbortController().signal)).observations,
      )
    },
    next() {
      const sources = [{ name: 'dexscreener', ok: true, reason: null, observedAtMs: clock.nowMs() }]
      return parts.decide({ wanted: new Set([FIG, PLUM]), sources, answered: [], unlisted: [], settled: [] })
    },
    read(news) {
      if (news !== null) boards.apply(readNews(writeNews(news)))
    },
  }
}

const idsOf = (news: News | null) => news?.bases.map(({ id }) => id)

test('the grounds of a decision travel once', async () => {
  const { say, next, read } = bench()
  await say({ [FIG]: 1, [PLUM]: 2 })
  const first = next()
  expect(idsOf(first)).toEqual([FIG, PLUM])
  read(first)
  await say({ [PLUM]: 3 })
  const second = next()
  expect(idsOf(second)).toEqual([PLUM])
  read(second)
  await say({})
  expect(idsOf(next())).toEqual([])
})

test('what was refused is decided again by whoever takes over, on what stands there then', async () => {
  const { say, next, read, takeOver } = bench()
  await say({ [FIG]: 1, [PLUM]: 2 })
  read(next())
  await say({ [FIG]: 1.5 })
  const refused = next()
  expect(idsOf(refused)).toEqual([FIG])
  takeOver()
  const again = next()
  expect(again?.upserts.map(({ id, priceUsd }) => [id, priceUsd])).toEqual([[FIG, 1.5]])
  expect(again?.bases[0]?.previous).toMatchObject({ priceUsd: 1 })
})

test('what another has decided meanwhile is what a decision goes on from', async () => {
  const mine = bench()
  await mine.say({ [FIG]: 1 })
  const unread = mine.next()
  expect(idsOf(unread)).toEqual([FIG])
  // Another was faster, and heard more.
  const other = bench()
  await other.say({ [FIG]: 1 })
  other.read(other.next())
  await other.say({ [FIG]: 5 })
  await mine.clock.advance(1_000)
  const theirs = other.next()
  mine.read(unread)
  mine.read(theirs)
  mine.takeOver()
  await mine.say({ [FIG]: 6 })
  expect(mine.next()?.bases[0]?.previous).toMatchObject({ priceUsd: 5 })
})

test('nothing is decided anew by whoever takes over and has heard nothing new', async () => {
  const { say, next, read, takeOver, boards, observations } = bench()
  await say({ [FIG]: 1, [PLUM]: 2 })
  read(next())
  takeOver()
  for (const id of boards.ids()) observations.add(boards.basis(id)?.observations ?? [])
  expect(next()).toBeNull()
})

test('a statement that was made while news were on their way is in the next', async () => {
  const { say, next, read, observations, clock } = bench()
  await say({ [FIG]: 1 })
  read(next())
  await say({ [FIG]: 2 })
  const first = next()
  // At the very millisecond of the first decision, of another pool.
  const [said] = observations.of(FIG)
  if (said === undefined) throw new Error('nothing was said')
  observations.add([{ ...said, pool: 'another', priceUsd: 2 }])
  const second = next()
  expect(clock.nowMs()).toBe(first?.asOfMs)
  read(first)
  expect(second?.bases[0]?.observations).toHaveLength(2)
  read(second)
  expect(next()).toBeNull()
})
