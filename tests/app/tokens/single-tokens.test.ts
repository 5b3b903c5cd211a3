import { describe, expect, test } from 'vitest'
import type { TokenId } from '../../../src/domain/tokens/identity.ts'
import { mergeToken } from '../../../src/domain/tokens/merge.ts'
import { settle } from '../../support/fake-clock.ts'
import { asked, codeOf, stage, token } from '../../support/live-tokens.ts'

const FIG = token(1)
const ABSENT = token(2)
const MIXED = 'ethereum:0xABCDEFabcdefabcdefabcdefabcdefabcdefabcd'
const PLUM: TokenId = 'ethereum:0xabcdefabcdefabcdefabcdefabcdefabcdefabcd'

function market() {
  return new Map([
    [FIG, { symbol: 'FIG', priceUsd: 2 }],
    [PLUM, { symbol: 'PLUM', priceUsd: 3 }],
  ])
}

describe('a lookup', () => {
  test('has one entry per asked id, in order, repeated and malformed ones too', async () => {
    const { service } = stage({ market: market() })
    const ids = [FIG, 'fig', ABSENT, MIXED, FIG, 'atlantis:x', '__proto__:x', 'solana:', '', 'ethereum:0x1', 'sui:a b']
    const { entries } = await service.lookup(ids)
    expect(entries.map(({ id, row }) => (row === null ? id : `${id} ${row.priceUsd}`))).toEqual([
      `${FIG} 2`,
      'fig',
      ABSENT,
      `${PLUM} 3`,
      `${FIG} 2`,
      'atlantis:x',
      '__proto__:x',
      'solana:',
      '',
      'ethereum:0x1',
      'sui:a b',
    ])
    expect(entries.map((entry) => ('reason' in entry ? entry.reason : 'found'))).toEqual([
      'found',
      'malformed_id',
      'not_listed',
      'found',
      'found',
      'unknown_network',
      'unknown_network',
      'malformed_id',
      'malformed_id',
      'malformed_id',
      'malformed_id',
    ])
  })

  test('of nothing is nothing', async () => {
    const { service, sources } = stage({ market: market() })
    expect(await service.lookup([])).toEqual({ snapshot: null, entries: [] })
    expect(sources[0].calls).toEqual([])
  })

  test('asks once about a token, and not again while it is on the board', async () => {
    const { service, sources } = stage({ market: market() })
    await Promise.all([service.lookup([FIG, FIG]), service.lookup([FIG])])
    await service.lookup([FIG])
    for (const source of sources) expect(asked(source)).toEqual([`lookup ${FIG}`])
  })

  test('asks in batches of one network', async () => {
    const { service, sources } = stage({ market: market(), source: { batchSize: 2 } })
    await service.lookup([token(3), FIG, PLUM, ABSENT])
    expect(asked(sources[0])).toEqual([`lookup ${FIG} ${ABSENT}`, `lookup ${token(3)}`, `lookup ${PLUM}`])
  })

  test('does not claim that a token is not listed when those who could know did not answer', async () => {
    const { service, sources } = stage({ market: market() })
    const [, first, second] = sources
    for (const source of sources) source.behaviour = 'fails'
    expect((await service.lookup([FIG])).entries).toEqual([{ id: FIG, row: null, reason: 'sources_unavailable' }])
    sources[0].behaviour = first.behaviour = second.behaviour = 'answers'
    for (const source of sources) source.supports = (network) => (network === 'solana') === (source === sources[0])
    first.behaviour = second.behaviour = 'fails'
    const [solana, ethereum] = (await service.lookup([ABSENT, PLUM])).entries
    expect(solana).toEqual({ id: ABSENT, row: null, reason: 'not_listed' })
    expect(ethereum).toEqual({ id: PLUM, row: null, reason: 'sources_unavailable' })
  })

  test('finds all its tokens although others ask for more than anybody may keep warm', async () => {
    const many = Array.from({ length: 1200 }, (_, n) => token(n))
    const { service, clock } = stage({ market: new Map(many.map((id) => [id, { symbol: 'X', priceUsd: 1 }])) })
    const lookups = Array.from({ length: 12 }, (_, i) => service.lookup(many.slice(i * 100, i * 100 + 100)))
    await clock.advance(10)
    for (const { entries } of await Promise.all(lookups)) {
      expect(entries.filter(({ row }) => row === null)).toEqual([])
    }
  })
})

describe('a token', () => {
  test('that a source lists comes with the decision that made its row', async () => {
    const { service, market: known } = stage({ market: market() })
    const { row, merged, snapshot, parameters } = await service.token(FIG)
    expect(row).toMatchObject({ id: FIG, priceUsd: 2, status: 'ok' })
    expect(merged).toMatchObject({ id: FIG, priceUsd: 2, status: 'ok' })
    expect(snapshot).toBe(service.head())
    const said = merged.inputs.map(({ observation }) => observation)
    const { previous, nowMs } = merged
    expect(mergeToken(said, { id: FIG, previous, nowMs, parameters })).toEqual(merged)
    expect(known.size).toBe(2)
  })

  test('is not found when a source answers and does not list it', async () => {
    const { service, sources } = stage({ market: market() })
    sources[0].behaviour = sources[1].behaviour = 'fails'
    expect(await codeOf(service.token(ABSENT))).toBe('token_not_found')
  })

  test.each(['fails', 'hangs'] as const)('is a matter of no data when every source %s', async (behaviour) => {
    const { service, sources, clock } = stage({ market: market() })
    for (const source of sources) source.behaviour = behaviour
    const code = codeOf(service.token(ABSENT))
    await clock.advance(5000)
    expect(await code).toBe('no_data')
  })

  test('of a network that nobody covers is a matter of no data', async () => {
    const { service } = stage({ market: market(), source: { networks: ['solana'] } })
    expect(await codeOf(service.token('aptos:0x1::coin::FIG'))).toBe('no_data')
  })

  test('costs each source one call, however many ask', async () => {
    const { service, sources } = stage({ market: market() })
    await Promise.all(Array.from({ length: 200 }, () => service.token(FIG)))
    for (const source of sources) expect(source.calls).toHaveLength(1)
  })

  test('that nobody lists is not asked about again and again', async () => {
    const { service, sources, clock, start, stop } = stage({ market: market() })
    start()
    await codeOf(service.token(ABSENT))
    await codeOf(service.token(ABSENT))
    await clock.advance(60_000)
    const about = asked(sources[0]).filter((call) => call.includes(ABSENT))
    expect(about).toHaveLength(1)
    stop()
  })

  test('stays fresh while it is asked for, and is dropped five minutes after', async () => {
    const { service, page, clock, start, stop } = stage({ market: market() })
    start()
    for (let minute = 0; minute < 8; minute++) {
      const { row } = await service.token(FIG)
      expect(clock.nowMs() - (row.observedAtMs ?? 0)).toBeLessThanOrEqual(11_000)
      await clock.advance(60_000)
    }
    await clock.advance(260_000)
    expect((await page(null)).rows).toEqual([])
    stop()
  })

  test('shows a decision and a row that say the same, at every moment of its life', async () => {
    const {
      service,
      clock,
      sources,
      market: known,
      start,
      stop,
    } = stage({ market: market(), parts: { watch: ['FIG'] } })
    start()
    await clock.advance(1)
    for (let step = 0; step < 130; step++) {
      if (step === 20) known.set(FIG, { symbol: 'FIG', priceUsd: 60 })
      if (step === 40) for (const source of sources) source.behaviour = 'fails'
      await clock.advance(step < 40 ? 1500 : 9000)
      const { row, merged, snapshot } = await service.token(FIG)
      expect([row.priceUsd, row.observedAtMs]).toEqual([merged.priceUsd, merged.observedAtMs])
      if (row.status !== 'stale') expect(row.status).toBe(merged.status)
      expect(snapshot).toBe(service.head())
    }
    await settle()
    stop()
  })
})
