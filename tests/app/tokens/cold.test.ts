import { describe, expect, test } from 'vitest'
import { WRAPPED_SOL } from '../../../src/domain/tokens/identity.ts'
import { settle } from '../../support/fake-clock.ts'
import { asked, codeOf, stage, token } from '../../support/live-tokens.ts'

const FIG = token(1)
const PLUM = token(2)

function market() {
  return new Map([
    [FIG, { symbol: 'FIG', priceUsd: 2 }],
    [PLUM, { symbol: 'PLUM', priceUsd: 3 }],
  ])
}

test('a thousand clients who ask one new question at once cost each source one call', async () => {
  const { page, sources } = stage({ market: market() })
  const pages = await Promise.all(Array.from({ length: 1000 }, () => page('fig')))
  expect(new Set(pages.map(({ rows }) => rows.map(({ id }) => id).join()))).toEqual(new Set([FIG]))
  for (const source of sources) expect(asked(source)).toEqual(['search fig'])
})

test('the next client is answered from the board at once', async () => {
  const { page, service, sources } = stage({ market: market() })
  const first = await page('fig')
  const request = { limit: 30, cursor: null, maxAgeSeconds: null }
  const view = { q: 'fig', network: null, sort: 'volume', order: 'desc', window: '24h', minLiquidityUsd: null } as const
  expect(service.page({ ...request, view })).toMatchObject({ rows: first.rows, snapshot: first.snapshot })
  expect(sources[0].calls).toHaveLength(1)
})

test('a question that nothing answers to is answered with an empty list, from the board the next time', async () => {
  const { page, sources } = stage({ market: market() })
  expect((await page('quince')).rows).toEqual([])
  expect((await page('quince')).rows).toEqual([])
  expect(asked(sources[0])).toEqual(['search quince'])
})

describe('a hanging source', () => {
  test('delays a new answer by no more than a second after the first good one', async () => {
    const { page, clock, sources } = stage({ market: market() })
    sources[1].behaviour = 'is_silent'
    sources[0].delayMs = sources[2].delayMs = 200
    let answered = false
    const answer = page('fig').then((got) => {
      answered = true
      return got
    })
    await clock.advance(1199)
    await settle()
    expect(answered).toBe(false)
    await clock.advance(1)
    expect((await answer).rows[0]).toMatchObject({ id: FIG, sources: ['dexscreener', 'geckoterminal'] })
  })

  test('does not keep another question waiting', async () => {
    const { page, sources } = stage({ market: market() })
    sources[0].behaviour = sources[1].behaviour = sources[2].behaviour = 'is_silent'
    const stuck = page('fig')
    await settle()
    for (const source of sources) source.behaviour = 'answers'
    expect((await page('plum')).rows.map(({ id }) => id)).toEqual([PLUM])
    expect(await Promise.race([stuck, settle().then(() => 'waiting')])).toBe('waiting')
  })

  test('is heard on a later board, also about tokens that it alone lists', async () => {
    const { page, clock, sources, start, stop } = stage({ market: market() })
    sources[2].delayMs = 2500
    sources[2].market = new Map([[token(3), { symbol: 'FIG3', priceUsd: 5 }]])
    start()
    const answer = page('fig')
    await clock.advance(1000)
    expect((await answer).rows.map(({ id }) => id)).toEqual([FIG])
    await clock.advance(12_000)
    expect((await page('fig')).rows.map(({ id }) => id).toSorted()).toEqual([FIG, token(3)].toSorted())
    stop()
  })
})

test('an answer that comes while another question is being settled is not lost', async () => {
  const { page, clock, sources } = stage({ market: market() })
  sources[1].delayMs = sources[2].delayMs = 500
  const slow = page('fig')
  await clock.advance(100)
  sources[1].delayMs = sources[2].delayMs = 0
  // Settles, and makes a board, between the first and the last answer to the other question.
  expect((await page('plum')).rows.map(({ id }) => id)).toEqual([PLUM])
  await clock.advance(400)
  expect((await slow).rows[0]).toMatchObject({ id: FIG, sources: ['dexscreener', 'jupiter', 'geckoterminal'] })
  await page('quince')
  expect((await page('fig')).rows.map(({ id }) => id)).toEqual([FIG])
})

test('an answer that only the first source gives in time is not lost to a board made in between', async () => {
  const { page, clock, sources } = stage({ market: market() })
  sources[1].behaviour = sources[2].behaviour = 'hangs'
  const slow = page('fig')
  await settle()
  for (const source of sources) source.behaviour = 'answers'
  await page('plum')
  await clock.advance(1000)
  expect((await slow).rows.map(({ id }) => id)).toEqual([FIG])
})

describe('an address as a text', () => {
  test('is looked up as such, and finds its token alone', async () => {
    const { page, sources, market: known } = stage({ market: market() })
    known.set(token(3), { symbol: FIG.slice('solana:'.length), priceUsd: 9 })
    for (const source of sources) source.searches = source === sources[0]
    expect((await page(FIG.slice('solana:'.length))).rows.map(({ id }) => id)).toEqual([FIG])
    expect((await page(FIG)).rows.map(({ id }) => id)).toEqual([FIG])
    for (const source of sources) expect(asked(source)[0]).toBe(`lookup ${FIG}`)
  })

  test('is searched for when no Solana token has it: other networks use the same letters', async () => {
    const { page, market: known } = stage({ market: market() })
    const tron = 'tron:TFigFigFigFigFigFigFigFigFigFigFig' as const
    known.set(tron, { symbol: 'TFIG', priceUsd: 1 })
    expect((await page('TFigFigFigFigFigFigFigFigFigFigFig')).rows.map(({ id }) => id)).toEqual([tron])
  })
})

test('a text is asked for in the case it was first typed, and answered alike in any case', async () => {
  const { page, sources } = stage({ market: market() })
  const [upper, lower] = [await page('FIG'), await page('fig')]
  expect(lower.rows).toEqual(upper.rows)
  expect(asked(sources[0])).toEqual(['search FIG'])
})

test('the whole board holds what anybody asked for', async () => {
  const { page } = stage({ market: market() })
  expect(await codeOf(page(null))).toBe('no_data')
  await Promise.all([page('fig'), page('plum')])
  expect((await page(null)).rows.map(({ id }) => id).toSorted()).toEqual([FIG, PLUM])
})

test('wrapped SOL is asked for from the beginning, whatever is watched', async () => {
  const known = market()
  known.set(WRAPPED_SOL, { symbol: 'SOL', priceUsd: 100 })
  const { start, clock, service, stop } = stage({ market: known })
  start()
  await clock.advance(1)
  expect(service.head()).toMatchObject({ solUsd: 100, solUsdObservedAtMs: clock.nowMs() - 1 })
  stop()
})
