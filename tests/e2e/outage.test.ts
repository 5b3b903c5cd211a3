import { describe, expect, test } from 'vitest'
import { startComposed } from '../support/composed.ts'
import { quickClock } from '../support/quick-clock.ts'
import { freePort } from '../support/redis-server.ts'
import { eventually, getJson, load, QUICK, simulated, startService, untilReady, upstreams } from '../support/service.ts'
import { watchStalls } from '../support/stalls.ts'
import { pageOf, type Row } from '../support/wire.ts'

const SOURCES = ['dexscreener', 'jupiter', 'geckoterminal'] as const
const NOWHERE = Object.fromEntries(SOURCES.map((name) => [`${name.toUpperCase()}_URL`, 'http://127.0.0.1:9']))
const AGE_ERROR_MS_MAX = 250
const WSOL = 'So11111111111111111111111111111111111111112'

const ageMs = (headers: Headers, observedAt: string | null | undefined) =>
  Date.parse(headers.get('x-served-at') ?? '') - Date.parse(observedAt ?? '')

describe('all sources down from the start', () => {
  test('every list is refused with a problem, never an empty one, and /readyz names each source', async () => {
    await using service = await startService({ ...NOWHERE, ...QUICK })
    const reasons = await eventually(
      async () => ((await getJson(`${service.url}/readyz`)).body as { reasons: readonly string[] }).reasons,
      (said) => said.every((sentence) => sentence.includes('network')),
    )
    expect(reasons).toHaveLength(3)
    for (const path of [
      '/api/tokens',
      '/api/tokens?q=BONK',
      '/v1/tokens',
      '/v1/tokens?q=SOL',
      `/v1/tokens/solana/${WSOL}`,
    ]) {
      const { status, headers, body } = await getJson(service.url + path)
      expect([path, status, headers.get('content-type')]).toEqual([path, 503, 'application/problem+json'])
      expect(body).toMatchObject({ code: 'no_data' })
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect((await fetch(`${service.url}/livez`)).status).toBe(200)
  })

  test('an outage of many rounds and requests is a few lines of log, not one for each', async () => {
    const startedMs = performance.now()
    await using service = await startService({ ...NOWHERE, ...QUICK })
    const askedMs = performance.now()
    await eventually(
      () => getJson(`${service.url}/api/tokens?q=MOON`),
      () => performance.now() - askedMs > 3000,
    )
    const warnings = service.output().match(/"level":"warn"/g) ?? []
    // Three sources and two kinds of failure, told once in ten seconds.
    const tellings = Math.ceil((performance.now() - startedMs) / 10_000)
    expect(warnings.length).toBeLessThanOrEqual(6 * tellings)
  })
})

test('a thousand clients who ask one new question at once cost each source one search', async () => {
  await using simulator = await simulated({ tokens: 60 })
  // Nothing is asked again while a slow machine is still answering.
  const env = { ...QUICK, REFRESH_SECONDS: '300', CACHE_TTL_SECONDS: '300' }
  await using service = await startService({ ...upstreams(simulator.urls), ...env })
  await untilReady(service.url)
  const ask = async () => {
    const response = await fetch(`${service.url}/v1/tokens?q=moon`)
    return [response.status, ((await response.json()) as { data: readonly unknown[] }).data.length]
  }
  const answers = await Promise.all(Array.from({ length: 1000 }, ask))
  expect(new Set(answers.map(String)).size).toBe(1)
  expect(answers[0]?.[0]).toBe(200)
  const searches = Object.entries(simulator.hits().paths).filter(([path]) => /search/.test(path) && /moon/i.test(path))
  expect(searches.map(([path, count]) => [path.split(' ')[0], count]).sort()).toEqual(
    [...SOURCES].sort().map((name) => [name, 1]),
  )
})

describe('all sources dying under load', () => {
  test('cost no request and no honesty: ages stay true, and the sources are back when they come back', async () => {
    const answeredMs = new Map<string, number[]>(SOURCES.map((name) => [name, []]))
    const log = (line: string) => void answeredMs.get(/\/(\w+)/.exec(line)?.[1] ?? '')?.push(Date.now())
    const lastMs = (name: string) => answeredMs.get(name)?.at(-1) ?? 0
    // One that no outgoing connection of this machine can take while the sources are gone.
    const port = await freePort()
    const simulator = await simulated({ tokens: 60, tickMs: null, log, port })
    using stalls = watchStalls()
    await using service = await startService({ ...upstreams(simulator.urls), ...QUICK, UPSTREAM_TIMEOUT_MS: '500' })
    await untilReady(service.url)
    await eventually(
      () => pageOf(service.url),
      ({ snapshot }) => snapshot.seq > 3 && snapshot.sources.every(({ ok }) => ok),
    )
    await simulator.close()
    // What an answer took to get from the simulator to the service, it may be older.
    const slackMs = stalls.totalMs()

    const problems: string[] = []
    const ask = async () => {
      const sentMs = Date.now()
      const response = await fetch(`${service.url}/v1/tokens?limit=50`)
      const page = (await response.json()) as Awaited<ReturnType<typeof pageOf>>
      const servedMs = Date.parse(response.headers.get('x-served-at') ?? '')
      if (response.status !== 200 || page.data.length === 0) problems.push(`answered ${response.status}`)
      if (servedMs < sentMs - 1 || servedMs > Date.now() + 1) problems.push(`served at ${servedMs}, not now`)
      for (const { name, observed_at: observedAt } of page.snapshot.sources) {
        const wrongMs = Math.abs(Date.parse(observedAt ?? '') - lastMs(name))
        if (!(wrongMs <= AGE_ERROR_MS_MAX + slackMs)) problems.push(`${name} is ${wrongMs} ms off`)
      }
      for (const row of page.data) problems.push(...wrongAges(row, answeredMs, slackMs))
    }
    await load({ perSecond: 200, forMs: 5000, ask })
    expect(problems.slice(0, 5)).toEqual([])

    const back = await simulated({ tokens: 60, tickMs: null, port })
    // An open circuit is tried again after 15 s.
    const { snapshot } = await eventually(
      () => pageOf(service.url),
      (page) => page.snapshot.sources.every(({ ok }) => ok),
    )
    expect(Date.parse(snapshot.as_of)).toBeGreaterThan(Math.max(...SOURCES.map(lastMs)))
    await back.close()
  })
})

describe('an outage that lasts', () => {
  // The service's own clock runs ten times as fast: its half minute takes three seconds.
  const STALE_LIMIT_SECONDS = 60

  test('first shows prices as stale after 30 s, and refuses them after the limit', async () => {
    const simulator = await simulated({ tokens: 60, tickMs: null })
    const env = { ...upstreams(simulator.urls), ...QUICK, STALE_LIMIT_SECONDS: String(STALE_LIMIT_SECONDS) }
    await using service = startComposed(env, quickClock(10))
    const list = async () => {
      const response = await service.get('/v1/tokens?limit=250')
      return { response, page: (await response.json()) as Awaited<ReturnType<typeof pageOf>> }
    }
    await eventually(list, ({ response, page }) => response.ok && page.snapshot.sources.every(({ ok }) => ok))
    await simulator.close()

    const seen = new Set<string>()
    const youngest = ({ response, page }: Awaited<ReturnType<typeof list>>) =>
      Math.min(...page.data.map((row) => ageMs(response.headers, row.observed_at)))
    const last = await eventually(
      async () => {
        const answer = await list()
        if (!answer.response.ok) return answer
        for (const row of answer.page.data) {
          const rowAgeMs = ageMs(answer.response.headers, row.observed_at)
          // A second of the service for the round that makes the board, one more for this busy machine.
          if (rowAgeMs < 30_000 && row.status === 'stale') seen.add(`stale at ${rowAgeMs}`)
          if (rowAgeMs > 33_000 && row.status !== 'stale' && row.price_usd !== null)
            seen.add(`${row.status} at ${rowAgeMs}`)
        }
        if (youngest(answer) > (STALE_LIMIT_SECONDS + 1) * 1000) seen.add(`served at ${youngest(answer)}`)
        return answer
      },
      ({ response }) => !response.ok,
    )
    expect([...seen]).toEqual([])
    expect(last.response.status).toBe(503)
    expect(last.page).toMatchObject({ code: 'too_old' })
    expect((await service.get('/api/tokens')).status).toBe(503)
    const ready = await service.get('/readyz')
    expect(ready.status).toBe(503)
    expect(((await ready.json()) as { reasons: readonly string[] }).reasons.join()).toMatch(/last answered \d+ s ago/)
  })

  test('a client that wants nothing older than a second is refused at once', async () => {
    const simulator = await simulated({ tokens: 60, tickMs: null })
    await using service = await startService({ ...upstreams(simulator.urls), ...QUICK, UPSTREAM_TIMEOUT_MS: '500' })
    await untilReady(service.url)
    await simulator.close()
    const strict = `${service.url}/v1/tokens?max_age_seconds=1`
    const { body } = await eventually(
      () => getJson(strict),
      ({ status }) => status === 503,
    )
    expect(body).toMatchObject({ code: 'too_old' })
    expect((await fetch(`${service.url}/v1/tokens`)).status).toBe(200)
  })
})

/** A row's price was heard when one of its sources answered, in one of the last two rounds. */
function wrongAges(row: Row, answeredMs: ReadonlyMap<string, readonly number[]>, slackMs: number): string[] {
  const claimedMs = Date.parse(row.observed_at ?? '')
  const answers = row.sources.flatMap((name) => answeredMs.get(name) ?? [])
  const offMs = Math.min(...answers.map((answerMs) => Math.abs(claimedMs - answerMs)))
  const behindMs = Math.max(...answers) - claimedMs
  return offMs <= AGE_ERROR_MS_MAX + slackMs && behindMs < 2500 + slackMs
    ? []
    : [`${row.symbol} is ${offMs} ms off, ${behindMs} behind`]
}
