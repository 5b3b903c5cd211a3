import { expect, test } from 'vitest'
import { demand } from '../../../src/app/usecases/tokens/demand.ts'
import { history } from '../../../src/app/usecases/tokens/history.ts'
import { observationStore } from '../../../src/app/usecases/tokens/observations.ts'
import { applyTick, emptyBoard } from '../../../src/domain/tokens/board.ts'
import type { Snapshot } from '../../../src/ports/service.ts'
import { observation } from '../../domain/tokens/merge-support.ts'
import { row } from '../../domain/tokens/rows.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import type { Market } from '../../support/fake-source.ts'
import { codeOf, stage, token, VIEW } from '../../support/live-tokens.ts'

function market(): Market {
  const known: Market = new Map()
  for (let n = 0; n < 40; n++) known.set(token(n), { symbol: 'FIG', priceUsd: 1 })
  for (let n = 1000; n < 3000; n++) known.set(token(n), { symbol: `X${n}X`, priceUsd: 1 })
  return known
}

test('ten thousand different questions leave a bounded board, and what is watched stays fresh', async () => {
  const { clock, page, service, sources, start, stop } = stage({
    market: market(),
    parts: { watch: ['FIG'] },
    source: { callsPerMinute: 600 },
  })
  start()
  for (let second = 0; second < 200; second++) {
    const questions = Array.from({ length: 50 }, (_, i) => {
      const n = second * 50 + i
      return codeOf(page(n % 2 === 0 ? `X${1000 + (n % 2000)}X` : `nothing ${n}`))
    })
    await clock.advance(1000)
    await Promise.all(questions)
    const { rows } = await page('FIG', { limit: 250 })
    expect(rows).toHaveLength(40)
    for (const { status, observedAtMs } of rows) {
      expect(status).toBe('ok')
      expect(clock.nowMs() - (observedAtMs ?? 0)).toBeLessThanOrEqual(30_000)
    }
  }
  const board = await page(null, { limit: 250 })
  expect(board.rows.length).toBeLessThanOrEqual(250)
  expect(service.health().ready).toBe(true)
  for (const source of sources) expect(source.callsBeyond).toBe(0)
  stop()
}, 120_000)

test('what is watched stays fresh also when clients keep far more warm than can be refreshed in time', async () => {
  const staged = stage({ market: market(), parts: { watch: ['FIG'] }, source: { callsPerMinute: 120 } })
  const { clock, page, start, stop } = staged
  start()
  for (let n = 0; n < 400; n++) {
    void codeOf(page(`X${1000 + (n % 200)}X`))
    await clock.advance(1000)
    if (n < 200) continue
    const { rows } = await page('FIG', { limit: 250 })
    for (const { observedAtMs } of rows) expect(clock.nowMs() - (observedAtMs ?? 0)).toBeLessThanOrEqual(30_000)
  }
  const { rows } = await page(null, { limit: 250 })
  expect(rows.length).toBeGreaterThan(200)
  stop()
})

test('each of many simultaneous questions finds its own token, although not all can be kept warm', async () => {
  const { clock, page } = stage({ market: market(), source: { callsPerMinute: 60_000 } })
  const questions = Array.from({ length: 400 }, (_, n) => page(`X${1000 + n}X`))
  await clock.advance(10)
  const pages = await Promise.all(questions)
  for (const [n, { rows }] of pages.entries()) expect(rows.map(({ id }) => id)).toEqual([token(1000 + n)])
})

test('what is wanted is bounded: the text unused for longest makes room, a watched one never', () => {
  const clock = fakeClock()
  const wanted = demand(clock, ['FIG'], [token(0)])
  wanted.found('FIG', [token(1)])
  for (let n = 0; n < 10_000; n++) {
    wanted.wantQuery(`text ${n}`)
    wanted.found(
      `text ${n}`,
      Array.from({ length: 400 }, (_, i) => token(100 + n * 400 + i)),
    )
    wanted.wantQuery('text 0')
    wanted.wantTokens([token(5_000_000 + n)])
  }
  expect(wanted.queries()).toHaveLength(201)
  expect(wanted.queries()[0]).toEqual({ text: 'FIG', isWatched: true })
  expect(wanted.wantQuery('text 0')).toBe(true)
  expect(wanted.wantQuery('text 1')).toBe(false)
  expect(wanted.tokens().size).toBeLessThanOrEqual(200 * 250 + 500 + 2)
  expect(wanted.watchedTokens()).toEqual(new Set([token(0), token(1)]))
})

test('what sources say of tokens that nobody wants is forgotten after half a minute', async () => {
  const clock = fakeClock()
  const store = observationStore(clock, 900_000)
  for (let n = 0; n < 5000; n++) store.add([observation({ token: `T${n}`, observedAtMs: clock.nowMs() })])
  store.keepOnly(new Set(['solana:T7']))
  expect([store.has('solana:T7'), store.has('solana:T8')]).toEqual([true, true])
  await clock.advance(30_001)
  store.keepOnly(new Set(['solana:T7']))
  expect([store.has('solana:T7'), store.has('solana:T8')]).toEqual([true, false])
})

test('a source that invents pools without end fills no more than its place', () => {
  const clock = fakeClock()
  const store = observationStore(clock, 900_000)
  for (let n = 0; n < 5000; n++)
    store.add([observation({ token: 'T', pool: `P${n}`, observedAtMs: clock.nowMs() - 5000 + n })])
  const said = store.of('solana:T')
  expect(said).toHaveLength(128)
  expect(said.at(-1)?.pool).toBe('P4999')
})

test('views that a client makes up are not kept for ever, and those in use stay', () => {
  const snapshot: Snapshot = { epoch: '1', seq: 1, asOfMs: 0, solUsd: null, solUsdObservedAtMs: null, sources: [] }
  const past = history()
  for (let seq = 1; seq <= 3; seq++) {
    const { board } = applyTick({ ...emptyBoard('1'), seq: seq - 1 }, { seq, upserts: [row(token(1))], removes: [] })
    past.push(board, { ...snapshot, seq }, seq)
  }
  const old = past.at(1)
  const used = past.at(2)
  const [first, kept] = [old?.ranked(VIEW), used?.ranked(VIEW)]
  expect(old?.ranked(VIEW)).toBe(first)
  for (let n = 0; n < 600; n++) {
    past.head()?.ranked({ ...VIEW, minLiquidityUsd: n })
    used?.ranked(VIEW)
  }
  expect(used?.ranked(VIEW)).toBe(kept)
  expect(old?.ranked(VIEW)).not.toBe(first)
  expect(old?.ranked(VIEW)).toEqual(first)
})

test('boards come and go: the last 64 stay, and whatever is younger than a minute, up to a limit', () => {
  const snapshot: Snapshot = { epoch: '1', seq: 1, asOfMs: 0, solUsd: null, solUsdObservedAtMs: null, sources: [] }
  const push = (past: ReturnType<typeof history>, seq: number, atMs: number) =>
    past.push({ ...emptyBoard('1'), seq }, { ...snapshot, seq }, atMs)
  const slow = history()
  for (let seq = 1; seq <= 100; seq++) push(slow, seq, seq * 10_000)
  expect([slow.at(36), slow.at(37)?.board.seq]).toEqual([null, 37])
  const fast = history()
  for (let seq = 1; seq <= 300; seq++) push(fast, seq, seq * 500)
  expect([fast.at(179), fast.at(180)?.board.seq]).toEqual([null, 180])
  const furious = history()
  for (let seq = 1; seq <= 3000; seq++) push(furious, seq, seq)
  expect([furious.at(3000 - 1024), furious.at(3000 - 1023)?.board.seq]).toEqual([null, 3000 - 1023])
})
