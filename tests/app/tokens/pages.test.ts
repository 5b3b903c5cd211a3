import { describe, expect, test } from 'vitest'
import { writeCursor } from '../../../src/domain/tokens/cursor.ts'
import type { TokenId } from '../../../src/domain/tokens/identity.ts'
import type { PageRequest } from '../../../src/ports/service.ts'
import type { Listing } from '../../support/fake-source.ts'
import { codeOf, type Stage, stage, token, VIEW } from '../../support/live-tokens.ts'

const COUNT = 23
const tokens = Array.from({ length: COUNT }, (_, n) => token(n))

function listing(n: number, round: number): Listing {
  return { symbol: `FIG${n}`, priceUsd: 1 + n / 100, volumeUsd: 1000 + ((n * 7 + round * 5) % COUNT) }
}

/** A watched query of 23 tokens whose ranks change all the time. */
async function running(): Promise<Stage> {
  const market = new Map(tokens.map((id, n) => [id, listing(n, 0)]))
  const staged = stage({ market, parts: { watch: ['FIG'] } })
  staged.start()
  await staged.clock.advance(30_000)
  return staged
}

async function shuffle({ market, clock }: Stage, round: number): Promise<void> {
  for (const [n, id] of tokens.entries()) market.set(id, listing(n, round))
  await clock.advance(10_000)
}

test('a walk while ranks move neither repeats nor skips, and shows one moment', async () => {
  const staged = await running()
  const seen: TokenId[] = []
  const seqs = new Set<number>()
  const first = await staged.page('FIG', { limit: 5 })
  let next = first
  for (let round = 1; ; round++) {
    seen.push(...next.rows.map(({ id }) => id))
    seqs.add(next.snapshot.seq)
    if (next.nextCursor === null) break
    await shuffle(staged, round)
    next = await staged.page('FIG', { limit: 5, cursor: next.nextCursor })
  }
  expect(seen).toHaveLength(COUNT)
  expect(new Set(seen)).toEqual(new Set(tokens))
  expect(seqs).toEqual(new Set([first.snapshot.seq]))
  const now = await staged.page('FIG', { limit: 250 })
  expect(now.rows.map(({ id }) => id)).not.toEqual(seen)
  expect(now.snapshot.seq).toBeGreaterThan(first.snapshot.seq)
  staged.stop()
})

test('pages are cut from one list: together they are the one long page', async () => {
  const { page, stop } = await running()
  const { rows } = await page('FIG', { limit: 250 })
  const pieces = []
  for (let cursor: string | null = null; ; ) {
    const piece = await page('FIG', { limit: 4, cursor })
    pieces.push(...piece.rows)
    cursor = piece.nextCursor
    if (cursor === null) break
  }
  expect(pieces).toEqual(rows)
  stop()
})

test.each([
  [COUNT - 1, true],
  [COUNT, false],
])('a page of %i of 23 rows has a next one: %s', async (limit, hasNext) => {
  const { page, stop } = await running()
  expect((await page('FIG', { limit })).nextCursor !== null).toBe(hasNext)
  stop()
})

describe('a cursor', () => {
  const others: readonly [string, Partial<PageRequest>][] = [
    ['another limit', { limit: 6 }],
    ['another text', { view: { ...VIEW, q: 'fig' } }],
    ['no text', { view: VIEW }],
    ['another sort', { view: { ...VIEW, q: 'FIG', sort: 'liquidity' } }],
    ['another order', { view: { ...VIEW, q: 'FIG', order: 'asc' } }],
    ['another window', { view: { ...VIEW, q: 'FIG', window: '1h' } }],
    ['a network', { view: { ...VIEW, q: 'FIG', network: 'solana' } }],
    ['least liquidity', { view: { ...VIEW, q: 'FIG', minLiquidityUsd: 0 } }],
  ]
  test.each(others)('does not fit a request with %s', async (_, other) => {
    const { page, stop } = await running()
    const { nextCursor } = await page('FIG', { limit: 5 })
    expect(await codeOf(page('FIG', { limit: 5, cursor: nextCursor, ...other }))).toBe('cursor_mismatch')
    stop()
  })

  test('may be used with another limit of age', async () => {
    const { page, stop } = await running()
    const { nextCursor } = await page('FIG', { limit: 5 })
    expect((await page('FIG', { limit: 5, cursor: nextCursor, maxAgeSeconds: 60 })).rows).toHaveLength(5)
    stop()
  })

  test.each(['', 'x', '1-1-5-', '{"seq":1}', '__proto__'])('%j is none', async (cursor) => {
    const { page, stop } = await running()
    expect(await codeOf(page('FIG', { limit: 5, cursor }))).toBe('invalid_cursor')
    stop()
  })

  test('lives a minute at least, and ends once its board has left the ring', async () => {
    const staged = await running()
    const { page, clock, stop } = staged
    const { nextCursor } = await page('FIG', { limit: 5 })
    await clock.advance(59_000)
    expect((await page('FIG', { limit: 5, cursor: nextCursor })).rows).toHaveLength(5)
    for (let round = 0; round < 66; round++) await shuffle(staged, round)
    expect(await codeOf(page('FIG', { limit: 5, cursor: nextCursor }))).toBe('cursor_expired')
    stop()
  })

  test('of a page that is too old for the request is refused', async () => {
    const staged = await running()
    const { page, stop } = staged
    const { nextCursor } = await page('FIG', { limit: 5 })
    for (let round = 0; round < 3; round++) await shuffle(staged, round)
    expect(await codeOf(page('FIG', { limit: 5, cursor: nextCursor, maxAgeSeconds: 20 }))).toBe('too_old')
    stop()
  })

  test('of another run, or of a board to come, is expired', async () => {
    const { page, service, stop } = await running()
    const scope = JSON.stringify(['FIG', null, 'volume', 'desc', '24h', null])
    const { epoch = '1', seq = 1 } = service.head() ?? {}
    const place = { epoch, seq, offset: 5, scope: `${scope} 5` }
    const use = (changed: object) => codeOf(page('FIG', { limit: 5, cursor: writeCursor({ ...place, ...changed }) }))
    expect(await use({})).toBe('none')
    expect(await use({ epoch: '999' })).toBe('cursor_expired')
    expect(await use({ seq: seq + 1 })).toBe('cursor_expired')
    stop()
  })

  test('past the end shows nothing and leads nowhere', async () => {
    const { page, stop } = await running()
    const { nextCursor } = await page('FIG', { limit: 5 })
    const beyond = (nextCursor ?? '').replace(/-5-/, '-900-')
    expect(await page('FIG', { limit: 5, cursor: beyond })).toMatchObject({ rows: [], nextCursor: null })
    stop()
  })
})

test('a page that is served again keeps its query wanted', async () => {
  const market = new Map(tokens.map((id, n) => [id, listing(n, 0)]))
  const { page, clock, service, start, stop } = stage({ market })
  start()
  const { stillWanted } = await page('FIG')
  for (let minute = 0; minute < 9; minute++) {
    await clock.advance(60_000)
    stillWanted()
  }
  expect((await page(null)).rows).not.toHaveLength(0)
  await clock.advance(320_000)
  expect(service.head()).not.toBeNull()
  expect((await page(null)).rows).toHaveLength(0)
  stop()
})
