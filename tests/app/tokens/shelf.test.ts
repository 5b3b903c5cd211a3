import { expect, test } from 'vitest'
import { type News, readBoard, readNews, writeBoard, writeNews } from '../../../src/app/usecases/tokens/news.ts'
import { type Shelf, shelf } from '../../../src/app/usecases/tokens/shelf.ts'
import type { Board } from '../../../src/domain/tokens/board.ts'
import { mergeParameters } from '../../../src/domain/tokens/parameters.ts'
import type { TokenRow } from '../../../src/domain/tokens/row.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { stage, token, VIEW } from '../../support/live-tokens.ts'

const PARAMETERS = mergeParameters(['dexscreener'])

interface Bench extends Shelf {
  readonly told: (readonly Board[])[]
}

function bench(epoch = '7'): Bench {
  const told: (readonly Board[])[] = []
  const onBoards = (boards: readonly Board[]) => void told.push(boards)
  return { ...shelf({ clock: fakeClock(), parameters: PARAMETERS, epoch, onBoards, onMove: () => {} }), told }
}

/** A real row, for tests that change it. */
async function someRow(): Promise<TokenRow> {
  const { market, page } = stage()
  market.set(token(1), { symbol: 'FIG', priceUsd: 1 })
  const [row] = (await page('FIG')).rows
  if (row === undefined) throw new Error('no row')
  return row
}

/** There is nobody else to have a turn. */
const alone = async () => {}

/** News number `n`: another price, time, source state and worth of a SOL each time. */
function news(row: TokenRow, n: number): News {
  const sources = [{ name: 'dexscreener', ok: n % 2 === 0, reason: null, observedAtMs: n }]
  const sol = { value: 100 + n, source: 'dexscreener', observedAtMs: n }
  const basis = { id: row.id, observations: [], previous: null, nowMs: n }
  const rows = { upserts: [{ ...row, priceUsd: n }], removes: [], bases: [basis] }
  return { asOfMs: n, ...rows, sol, sources, answered: [`text ${n}`], unlisted: [], settled: [] }
}

test('the oldest board and the news since give another shelf every moment, to the letter', async () => {
  const row = await someRow()
  const one = bench()
  const all = Array.from({ length: 100 }, (_, i) => news(row, i + 1))
  for (const each of all) one.apply(readNews(writeNews(each)))
  const oldest = one.oldest(64)
  expect(oldest?.seq).toBe(36)
  const other = bench('1')
  const tail = all.slice(36).map((each) => readNews(writeNews(each)))
  const board = await readBoard(await writeBoard(oldest ?? { rows: [], news: news(row, 0) }, alone), alone)
  other.restart({ epoch: '7', seq: 36, board }, tail)
  for (let seq = 36; seq <= 100; seq++) {
    const [mine, theirs] = [one.at(seq), other.at(seq)]
    expect(theirs?.snapshot).toEqual(mine?.snapshot)
    expect(theirs?.ranked(VIEW)).toEqual(mine?.ranked(VIEW))
    expect(mine?.snapshot.asOfMs).toBe(seq)
  }
  expect(other.at(35)).toBeNull()
  expect(other.basis(row.id)).toEqual(one.basis(row.id))
  expect([other.solUsd(), other.sources(), other.isAnswered('text 100')]).toEqual([one.solUsd(), one.sources(), true])
})

test('a large board is written and read in many short turns, and is the same afterwards', async () => {
  const row = await someRow()
  const rows = Array.from({ length: 1_001 }, (_, n) => ({ ...row, id: token(n), priceUsd: n / 7 }))
  const bases = rows.slice(0, 450).map(({ id }, n) => ({ id, observations: [], previous: null, nowMs: n }))
  const board = { rows, news: { ...news(row, 1), upserts: [], bases } }
  let turns = 0
  const others = async () => void turns++
  const texts = await writeBoard(board, others)
  expect(turns).toBe(5)
  for (const text of texts) {
    expect(text.match(/"priceUsd"/g)?.length ?? 0).toBeLessThanOrEqual(200)
  }
  expect(await readBoard(texts, others)).toEqual(board)
  expect(turns).toBe(11)
})

test('a restart further on in the same epoch tells of the newer boards only', async () => {
  const row = await someRow()
  const one = bench()
  for (let n = 1; n <= 5; n++) one.apply(news(row, n))
  const text = one.newest()
  const tail = [6, 7, 8].map((n) => news(row, n))
  const other = bench()
  for (let n = 1; n <= 6; n++) other.apply(news(row, n))
  other.told.length = 0
  other.restart({ epoch: '7', seq: 5, board: text }, tail)
  expect(other.told.map((boards) => boards.map(({ seq }) => seq))).toEqual([[7, 8]])
  expect(other.position()).toEqual({ epoch: '7', seq: 8 })
})

test('a token that left is not there for whoever starts later', async () => {
  const row = await someRow()
  const one = bench()
  one.apply(news(row, 1))
  one.apply({ ...news(row, 2), upserts: [], bases: [], removes: [row.id] })
  const text = one.newest()
  expect(text.rows).toEqual([])
  expect(text.news.bases).toEqual([])
})

test.each([
  'garbage',
  'null',
  '5',
  '[]',
  '{"asOfMs":1,"upserts":[{}],"bases":[],"removes":[],"sources":[],"answered":[],"unlisted":[],"settled":[]}',
  '{"asOfMs":1,"upserts":[],"bases":[null],"removes":[],"sources":[],"answered":[],"unlisted":[],"settled":[]}',
  '{"asOfMs":1,"upserts":[],"bases":[],"removes":[],"sources":[],"answered":{},"unlisted":[],"settled":[]}',
])('%s is read neither as news nor as a board', async (text) => {
  expect(() => readNews(text)).toThrow()
  await expect(readBoard([text], alone)).rejects.toThrow()
  const row = await someRow()
  await expect(readBoard([writeNews(news(row, 1)), text], alone)).rejects.toThrow()
})

test('news with more in it than this version knows are read', async () => {
  const row = await someRow()
  const text = writeNews(news(row, 1)).replace('{', '{"more":[1],')
  expect(readNews(text)).toMatchObject(news(row, 1))
})
