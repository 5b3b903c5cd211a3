import { describe, expect, test } from 'vitest'
import { ServiceError } from '../../src/domain/errors.ts'
import { rows } from '../support/fake-service.ts'
import { testHttp } from '../support/http.ts'

const PATH = '/v1/tokens?limit=5'
const tagOf = (response: Response) => response.headers.get('etag') ?? ''

describe('a prepared answer', () => {
  test('serves every later request without asking the service again', async () => {
    const { get, service } = testHttp()
    const first = await (await get(PATH)).text()
    for (let i = 0; i < 50; i++) expect(await (await get(PATH)).text()).toBe(first)
    expect(service.asked.page).toHaveLength(1)
    expect(service.asked.stillWanted).toBe(50)
  })

  test('is given out in the same turn, without waiting', async () => {
    const { get, fetch } = testHttp()
    await get(PATH)
    expect(fetch(new Request(`http://here${PATH}`))).toBeInstanceOf(Response)
  })

  test('ends with its snapshot', async () => {
    const { get, service } = testHttp()
    const before = await get(PATH)
    service.tick(rows(3))
    const after = await get(PATH)
    expect(service.asked.page).toHaveLength(2)
    expect(((await after.json()) as { data: unknown[] }).data).toHaveLength(3)
    expect(tagOf(after)).not.toBe(tagOf(before))
  })

  test('ends at the time the page names, though the snapshot stands', async () => {
    const { get, service, clock } = testHttp()
    service.pageExpiresAtMs = clock.nowMs() + 1000
    await get(PATH)
    await clock.advance(999)
    await get(PATH)
    expect(service.asked.page).toHaveLength(1)
    await clock.advance(1)
    await get(PATH)
    expect(service.asked.page).toHaveLength(2)
  })

  test('is built once for all who wait for it', async () => {
    const { get, service } = testHttp()
    service.answersLater = true
    const answers = await Promise.all(Array.from({ length: 200 }, () => get(PATH)))
    expect(new Set(answers.map(tagOf)).size).toBe(1)
    expect(service.asked.page).toHaveLength(1)
  })

  test('of a cursor is asked for anew with every snapshot, because the cursor may have expired', async () => {
    const { get, service } = testHttp()
    await get(`${PATH}&cursor=1-5`)
    await get(`${PATH}&cursor=1-5`)
    expect(service.asked.page).toHaveLength(1)
    service.tick()
    service.fail(new ServiceError('cursor_expired', 'The snapshot of this cursor is gone.'))
    expect((await get(`${PATH}&cursor=1-5`)).status).toBe(410)
  })

  test('is not made of a failure: the next request asks again', async () => {
    const { get, service } = testHttp()
    for (const later of [false, true]) {
      service.answersLater = later
      service.fail(new ServiceError('no_data', 'No source has answered yet.'))
      expect((await get(`${PATH}&sort=age`)).status).toBe(503)
      service.fail(null)
      expect((await get(`${PATH}&sort=age`)).status).toBe(200)
      service.tick()
    }
  })

  test('keeps its tag while its bytes stay the same', async () => {
    const { get, service } = testHttp()
    const before = tagOf(await get('/api/tokens?limit=40'))
    service.tick()
    expect(tagOf(await get('/api/tokens?limit=40'))).toBe(before)
  })

  test('of an explanation serves one token and snapshot', async () => {
    const { get, service } = testHttp()
    const path = '/v1/tokens/solana/So11111111111111111111111111111111111111112/explain'
    for (let i = 0; i < 3; i++) await get(path)
    expect(service.asked.token).toHaveLength(1)
    service.tick()
    await get(path)
    expect(service.asked.token).toHaveLength(2)
  })
})
