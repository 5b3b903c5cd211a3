import { describe, expect, test } from 'vitest'
import { type Explanation, publishedIn, recompute } from '../../scripts/recompute.ts'
import { eventually, getJson, QUICK, simulated, startService, untilReady, upstreams } from '../support/service.ts'

interface Page {
  readonly data: readonly { readonly network: string; readonly address: string }[]
  readonly next_cursor: string | null
}

async function wholeBoard(url: string): Promise<Page['data']> {
  const rows: Page['data'][number][] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await getJson(`${url}/v1/tokens?limit=20${cursor === '' ? '' : `&cursor=${cursor}`}`)
    const page = body as Page
    rows.push(...page.data)
    cursor = page.next_cursor
  }
  return rows
}

describe('explanations', () => {
  test('of every token on a board give its price again, to the last bit, by code that is not the service’s', async () => {
    await using simulator = await simulated({ tokens: 80 })
    await using service = await startService({
      ...upstreams(simulator.urls),
      ...QUICK,
      WATCH: 'SOL,USDC,MOON,CAT,DOG,FROG,PEPE',
    })
    await untilReady(service.url)
    const rows = await eventually(
      () => wholeBoard(service.url),
      ({ length }) => length > 25,
    )
    for (const { network, address } of rows) {
      const { body } = await getJson(`${service.url}/v1/tokens/${network}/${address}/explain`)
      const explanation = body as Explanation
      expect(recompute(explanation), address).toEqual(publishedIn(explanation))
    }
  })
})
