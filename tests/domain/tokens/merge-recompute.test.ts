import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Explanation, publishedIn, recompute } from '../../../scripts/recompute.ts'
import type { MergeContext, MergeParameters } from '../../../src/domain/tokens/merged.ts'
import type { Observation } from '../../../src/domain/tokens/observation.ts'
import { anyDouble, observations, previous, saidBy, sourceName } from './merge-arbitraries.ts'
import { merge, observation, PARAMETERS, SOURCES } from './merge-support.ts'
import { explain } from './merge-wire.ts'

/** Real times, any other doubles: what an adapter could let through at the worst. */
const rough = fc.array(saidBy(sourceName, fc.option(anyDouble, { nil: null })), { maxLength: 9 })
const cases = fc.tuple(fc.oneof(observations, rough), previous)

function isReproduced(said: readonly Observation[], context: Partial<MergeContext>): boolean {
  const explanation = explain(merge(said, context), PARAMETERS)
  return isDeepStrictEqual(recompute(explanation), publishedIn(explanation))
}

describe('a stranger with an explanation', () => {
  it('recomputes price, status, source, pool, witnesses and band to the last bit', () => {
    fc.assert(
      fc.property(cases, ([said, last]) => isReproduced(said, { previous: last })),
      { numRuns: 20_000 },
    )
  })

  const tampered: readonly (readonly [string, Partial<MergeParameters>])[] = [
    ['another precedence', { precedence: [...SOURCES].reverse() }],
    ['another age limit', { maxAgeMs: 89_999 }],
    ['another factor of agreement', { agreeFactor: 1.02 }],
    ['another factor for outliers', { outlierFactor: 1.1 }],
    ['another minimum of liquidity', { minLiquidityUsd: 0 }],
    ['another jump', { jumpFactor: 8 }],
    ['another believable total', { totalFactor: 1e9 }],
    ['another stale limit', { staleLimitMs: 900_001 }],
    ['other trusted quotes', { trustedQuotes: {} }],
  ]

  it.each(tampered)('notices a merge that used %s than it says', (_, changes) => {
    const parameters = { ...PARAMETERS, ...changes }
    const property = fc.property(cases, ([said, last]) => isReproduced(said, { previous: last, parameters }))
    expect(fc.check(property, { numRuns: 20_000 }).failed).toBe(true)
  })

  it('notices a price that is wrong in its last bit', () => {
    const explanation = explain(merge([observation({ priceUsd: 0.1 + 0.2 })]), PARAMETERS)
    const wrong = { ...explanation, result: { ...explanation.result, price_usd: 0.3 } }
    expect(recompute(wrong)).toEqual(publishedIn(explanation))
    expect(recompute(wrong)).not.toEqual(publishedIn(wrong))
  })
})

describe('the script', () => {
  const board = ['A', 'B', 'C'].map((pool, index) =>
    explain(merge([observation({ pool, priceUsd: index + 0.1 })]), PARAMETERS),
  )

  it('walks all pages and says how many are equal', async () => {
    expect(await runAgainst(board)).toEqual({ code: 0, out: '3 tokens, 3 equal, 0 differ\n' })
  })

  it('fails when one differs', async () => {
    const wrong = board.map((one, index) => (index === 1 ? { ...one, result: { ...one.result, price_usd: 9 } } : one))
    expect(await runAgainst(wrong)).toEqual({ code: 1, out: '3 tokens, 2 equal, 1 differ\n' })
  })

  it('fails when there is nothing to check', async () => {
    expect(await runAgainst([])).toEqual({ code: 1, out: '0 tokens, 0 equal, 0 differ\n' })
  })
})

/** Runs the script against a server that shows a board, one token a page, as the service would. */
async function runAgainst(board: readonly Explanation[]): Promise<{ code: number; out: string }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost')
    const at = Number(url.searchParams.get('cursor') ?? url.pathname.split('/')[4] ?? 0)
    const data = board[at] === undefined ? [] : [{ network: 'solana', address: `${at}` }]
    const page = { data, next_cursor: at + 1 < board.length ? `${at + 1}` : null }
    response.end(JSON.stringify(url.pathname === '/v1/tokens' ? page : board[at]))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const script = fileURLToPath(new URL('../../../scripts/recompute.ts', import.meta.url))
  try {
    return await new Promise((resolve) => {
      execFile(process.execPath, [script, `http://127.0.0.1:${port}/`], (error, out) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out })
      })
    })
  } finally {
    server.close()
  }
}
