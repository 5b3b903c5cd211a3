import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StreamToken } from '../../clients/stream.ts'
import { NETWORKS } from '../../src/domain/tokens/identity.ts'
import { connectionFact } from '../../web/board/connection-fact.ts'
import { gapNotice, resumedNotice } from '../../web/board/notices.ts'
import { sourceFacts, sourcesSentence } from '../../web/board/sources.ts'
import { rowTag } from '../../web/board/status.ts'
import { FIRST_VIEW, paramsOf, readView, sortedBy, writeView } from '../../web/board/view.ts'
import { NETWORKS as OFFERED } from '../../web/parts/networks.ts'
import { capOf, inUnit } from '../../web/table/figures.ts'
import { movesBetween, OrderHold } from '../../web/table/order.ts'
import { spokenRow } from '../../web/table/spoken.ts'
import { toyToken } from '../support/toy-stream.ts'

describe('the order of the rows', () => {
  test('is held while somebody is at them, and for a second after', () => {
    const hold = new OrderHold()
    expect(hold.mayApply(0)).toBe(true)
    hold.begin('pointer')
    hold.begin('focus')
    hold.end('pointer', 5_000)
    expect(hold.mayApply(60_000)).toBe(false)
    hold.end('focus', 61_000)
    expect(hold.mayApply(61_999)).toBe(false)
    expect(hold.mayApply(62_000)).toBe(true)
  })

  test('changes once a second at most', () => {
    const hold = new OrderHold()
    hold.applied(1_000)
    expect([hold.mayApply(1_999), hold.mayApply(2_000)]).toEqual([false, true])
  })

  test('is not put off by an end of what never began', () => {
    const hold = new OrderHold()
    hold.end('scroll', 1_000)
    expect(hold.mayApply(1_001)).toBe(true)
  })

  test.each([
    ['abcd', 'abcd', 0],
    ['abcd', 'dabc', 1],
    ['abcd', 'dcba', 3],
    ['abc', 'xabc', 1],
    ['abc', 'ac', 1],
    ['abc', 'xyz', 6],
  ])('differs from %s to %s by %i moves', (shown, wanted, moves) => {
    expect(movesBetween([...shown], [...wanted])).toBe(moves)
  })
})

describe('an address', () => {
  const text = fc.string({ maxLength: 20 })
  const views = fc.record({
    q: text,
    network: fc.constantFrom('', 'solana', 'base'),
    sort: fc.constantFrom('volume' as const, 'age' as const),
    order: fc.constantFrom('desc' as const, 'asc' as const),
    window: fc.constantFrom('5m' as const, '24h' as const),
    unit: fc.constantFrom('usd' as const, 'sol' as const),
    token: fc.constantFrom('', 'solana:So11111111111111111111111111111111111111112'),
  })

  test('brings back the view that it was written from', () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(readView(writeView(view))).toEqual(view)
      }),
    )
  })

  test('says nothing of what is as at first, and nonsense in it is ignored', () => {
    expect(writeView(FIRST_VIEW)).toBe('')
    expect(readView('?sort=up&window=3w&unit=EUR&order=&x=1')).toEqual(FIRST_VIEW)
  })

  test('asks the stream for the same whatever the unit', () => {
    const usd = paramsOf({ ...FIRST_VIEW, q: ' sol ' }, 100)
    expect(usd).toEqual({ q: 'sol', sort: 'volume', order: 'desc', window: '24h', limit: 100 })
    expect(paramsOf({ ...FIRST_VIEW, q: 'sol', unit: 'sol', token: 'x' }, 100)).toEqual(usd)
  })
})

test('a click on a column sorts by it, largest first; a second one turns it around', () => {
  const byAge = sortedBy(FIRST_VIEW, 'age')
  expect(byAge).toMatchObject({ sort: 'age', order: 'desc', window: '24h' })
  expect(sortedBy(byAge, 'age').order).toBe('asc')
  const byHour = sortedBy(byAge, 'price_change', '1h')
  expect(byHour).toMatchObject({ sort: 'price_change', window: '1h', order: 'desc' })
  expect(sortedBy(byHour, 'price_change', '5m')).toMatchObject({ window: '5m', order: 'desc' })
})

describe('the connection', () => {
  const open = { connection: 'open', lastFrameAtMs: 100_000, closing: null } as const
  const lost = { connection: 'waiting', lastFrameAtMs: 100_000, closing: null } as const

  test('that blinks is nobody’s business', () => {
    const fact = (nowMs: number) => connectionFact({ stream: lost, downSinceMs: 101_000, nowMs })
    expect(fact(103_999)).toMatchObject({ lamp: 'live', isDead: false })
    expect(fact(104_000)).toMatchObject({ lamp: 'away', text: 'Reconnecting…', isDead: false })
  })

  test('makes everything old when there was no frame for two heartbeats and a little', () => {
    expect(connectionFact({ stream: open, downSinceMs: null, nowMs: 134_999 }).isDead).toBe(false)
    expect(connectionFact({ stream: open, downSinceMs: null, nowMs: 135_000 }).isDead).toBe(true)
  })

  test('that was refused says why', () => {
    const closing = { code: 4401, meaning: 'A valid key is needed.', reason: '' }
    const fact = connectionFact({ stream: { ...lost, connection: 'stopped', closing }, downSinceMs: 0, nowMs: 1 })
    expect(fact).toMatchObject({ lamp: 'ended', text: 'A valid key is needed.' })
  })

  test('that comes back tells how long it was away and how much changed', () => {
    expect(resumedNotice(2_999, 5, 0)).toBeNull()
    expect(resumedNotice(14_000, 212, 1_000)).toEqual({
      tone: 'neutral',
      text: 'Resumed without a gap after 14 s: 212 changes',
      untilMs: 9_000,
    })
    expect(gapNotice({ fromMs: 0, untilMs: 29_000 })).toMatchObject({ tone: 'warn', untilMs: null })
    expect(gapNotice({ fromMs: 0, untilMs: 29_000 }).text).toMatch(
      /^Reconnected with a gap \d\d:\d\d:00 to \d\d:\d\d:29: showing a fresh snapshot$/,
    )
  })
})

describe('sources', () => {
  const at = '2026-11-20T00:00:00.000Z'
  const nowMs = Date.parse(at) + 41_000
  const good = { name: 'jupiter', ok: true, observed_at: at }
  const limited = { name: 'geckoterminal', ok: false, reason: 'rate_limited', observed_at: at }

  test('are told with reason and age, and how many are left', () => {
    const facts = sourceFacts([good, limited], nowMs)
    expect(facts[1]).toMatchObject({ label: 'GeckoTerminal', reason: 'has limited our requests', age: '41 s' })
    expect(sourcesSentence(facts)).toBe('GeckoTerminal has limited our requests: prices still from 1 source')
    expect(sourcesSentence(sourceFacts([good], nowMs))).toBe('')
    expect(sourcesSentence(sourceFacts([limited], nowMs))).toBe(
      'The connection is live, but no source answers: prices are the last good ones',
    )
  })
})

describe('a row', () => {
  test('is tagged when its price is old or doubtful', () => {
    const tag = (status: StreamToken['status'], ageMs: number | null) => rowTag(toyToken('a', { status }), ageMs)
    expect(tag('ok', 30_000)).toBeNull()
    expect(tag('ok', 41_000)).toEqual({ kind: 'aged', text: '41s old' })
    expect(tag('ok', 120_000)).toEqual({ kind: 'stale', text: 'stale 2m' })
    expect(tag('stale', 5_000)).toEqual({ kind: 'stale', text: 'stale 5s' })
    expect(tag('thin', 1_000)).toEqual({ kind: 'thin', text: 'thin' })
    expect(tag('thin', 41_000)).toEqual({ kind: 'thin', text: 'thin 41s' })
    expect(tag('held', 120_000)).toEqual({ kind: 'stale', text: 'held, stale 2m' })
    expect(tag('unknown', null)).toEqual({ kind: 'unknown', text: 'no price' })
  })

  test('never passes the fully diluted value off as the market cap', () => {
    const caps = [
      { market_cap_usd: 5, market_cap_basis: 'circulating', fdv_usd: 9 },
      { market_cap_usd: 9, market_cap_basis: 'unknown', fdv_usd: 9 },
      { market_cap_usd: 5, market_cap_basis: 'unknown', fdv_usd: 9 },
      { market_cap_usd: null, market_cap_basis: null, fdv_usd: 9 },
      { market_cap_usd: null, market_cap_basis: null, fdv_usd: null },
    ] as const
    expect(caps.map((cap) => capOf(cap).basis)).toEqual(['circ', 'FDV', 'claimed', 'FDV', ''])
    expect(caps.map((cap) => capOf(cap).usd)).toEqual([5, 9, 5, 9, null])
  })

  test('has no amount in SOL while nobody knows what SOL costs', () => {
    expect([inUnit(300, 'sol', 150), inUnit(300, 'sol', null), inUnit(300, 'usd', null)]).toEqual([2, null, 300])
  })

  test('is one sentence when it is read aloud', () => {
    const change_pct = { '5m': null, '1h': null, '6h': null, '24h': 1204, '7d': null }
    const token = toyToken('PEPE2', { price_usd: 0.0000044, status: 'thin', change_pct })
    const nowMs = Date.parse('2026-11-20T00:00:03.000Z')
    expect(spokenRow(token, { view: FIRST_VIEW, solUsd: null, twins: new Set(), nowMs })).toBe(
      'PEPE2, 0.0000044 dollars, up 1204 percent in 24 hours, thin, 3 seconds old',
    )
  })
})

test('the page offers exactly the networks that the service knows', () => {
  expect(OFFERED).toEqual(NETWORKS)
})
