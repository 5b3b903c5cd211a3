import { hc } from 'hono/client'
import { expect, expectTypeOf, test } from 'vitest'
import type { AppType } from '../../src/adapters/http/app.ts'
import { testHttp } from '../support/http.ts'

const { get } = testHttp()
const client = hc<AppType>('http://here', {
  fetch: (input: string | URL | Request, init?: RequestInit) => get(String(input).slice('http://here'.length), init),
})

test('the typed client knows queries, paths, bodies and answers', async () => {
  const listed = await client.v1.tokens.$get({ query: { limit: '2', sort: 'age' } })
  if (!listed.ok) throw new Error('not listed')
  const page = await listed.json()
  expectTypeOf(page.data[0]?.price_usd).toEqualTypeOf<number | null | undefined>()
  expect(page.data).toHaveLength(2)

  const param = { network: 'solana' as const, address: 'So11111111111111111111111111111111111111112' }
  const shown = await client.v1.tokens[':network'][':address'].$get({ param, query: {} })
  if (!shown.ok) throw new Error('not shown')
  expect((await shown.json()).price_sol.value).toBe(1)

  const found = await client.v1.tokens.lookup.$post({ query: {}, json: { ids: ['solana:x'] } })
  if (!found.ok) throw new Error('not found')
  expect((await found.json()).data[0]).toMatchObject({ status: 'unknown' })
})
