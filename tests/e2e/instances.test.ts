import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { chaos } from '../chaos/run.ts'
import { atBest } from '../support/at-best.ts'
import { privateRedisForTests } from '../support/redis.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { skipUnless } from '../support/require-all.ts'
import {
  eventually,
  getJson,
  QUICK,
  type ServiceProcess,
  simulated,
  startService,
  untilReady,
  upstreams,
} from '../support/service.ts'
import { type Page, pageOf } from '../support/wire.ts'

const access = privateRedisForTests()
const DECIDES = /decides for all instances/
const ALONE = /goes on alone/

skipUnless(!access.skip, 'there is no redis-server on PATH')('several instances on one Redis', () => {
  let redis: RedisServer
  let simulator: Awaited<ReturnType<typeof simulated>>
  beforeEach(async () => {
    redis = await access.openServer()
    simulator = await simulated({ tokens: 60 })
  })
  afterEach(async () => {
    await simulator.close()
    await redis.stop()
  })

  const start = (more: Readonly<Record<string, string>> = {}) =>
    startService({ ...upstreams(simulator.urls), ...QUICK, REDIS_URL: redis.url, ...more })
  const nowhere = () => {
    const urls = {
      dexscreener: 'http://127.0.0.1:9',
      jupiter: 'http://127.0.0.1:9',
      geckoterminal: 'http://127.0.0.1:9',
    }
    return upstreams({ ...simulator.urls, ...urls })
  }

  /** The first decides. */
  async function two(more: Readonly<Record<string, string>> = {}) {
    const first = await start()
    await untilReady(first.url)
    await first.said(DECIDES)
    const second = await start(more)
    await untilReady(second.url)
    return {
      first,
      second,
      async [Symbol.asyncDispose]() {
        await Promise.all([first, second].map((one) => one[Symbol.asyncDispose]()))
      },
    }
  }

  /** A list of both at one position, once both have been asked at the same one. */
  async function sameBoard(one: ServiceProcess, other: ServiceProcess): Promise<readonly [Page, Page]> {
    return eventually(
      async () => Promise.all([pageOf(one.url), pageOf(other.url)] as const),
      ([a, b]) => a.snapshot.epoch === b.snapshot.epoch && a.snapshot.seq === b.snapshot.seq,
    )
  }

  test('show the same at the same position, and only one of them asks the sources', async () => {
    const others = await atBest(1, async () => {
      // The second could not ask anybody.
      await using both = await two(nowhere())
      for (let n = 0; n < 10; n++) {
        const [one, other] = await sameBoard(both.first, both.second)
        expect(other).toEqual(one)
      }
      // Should the machine stall for longer than a lease lasts, the second may take it.
      return DECIDES.test(both.second.output()) ? 1 : 0
    })
    expect(others).toBe(0)
  })

  test('answer what the board lacks, also the one that follows: a text, a token, and a token that there is not', async () => {
    const known = simulator.market().tokens.find(({ role, known_to }) => role === 'meme' && known_to.length === 4)
    const right = [true, 200, [404, 'token_not_found']]
    let answers: unknown
    const tookMs = await atBest(5_000, async () => {
      await using both = await two(nowhere())
      const { url } = both.second
      const startedMs = performance.now()
      const found = await getJson(`${url}/v1/tokens?q=${known?.symbol}`)
      const isFound =
        found.status === 200 && (found.body as Page).data.some(({ id }) => id.endsWith(`${known?.address}`))
      const { status } = await getJson(`${url}/v1/tokens/solana/${known?.address}/explain`)
      const absent = await getJson(`${url}/v1/tokens/solana/11111111111111111111111111111112`)
      answers = [isFound, status, [absent.status, (absent.body as { code: string }).code]]
      return isDeepStrictEqual(answers, right) ? performance.now() - startedMs : Number.POSITIVE_INFINITY
    })
    expect(answers).toEqual(right)
    expect(tookMs).toBeLessThan(5_000)
  })

  test('hand over at once when the one that decides is told to end', async () => {
    const handoverMs = await atBest(2_000, async () => {
      await using both = await two()
      both.first.signal('SIGTERM')
      const startedMs = performance.now()
      await both.second.said(DECIDES)
      const tookMs = performance.now() - startedMs
      expect(await both.first.ended).toBe(0)
      return tookMs
    })
    expect(handoverMs).toBeLessThan(2_000)
  })

  test('go on within four seconds when the one that decides is killed, in the same epoch', async () => {
    const silentMs = await atBest(4_000, async () => {
      await using both = await two()
      const before = await pageOf(both.second.url)
      both.first.signal('SIGKILL')
      const startedMs = performance.now()
      await both.second.said(DECIDES)
      const tookMs = performance.now() - startedMs
      const after = await eventually(
        () => pageOf(both.second.url),
        ({ snapshot }) => snapshot.seq > before.snapshot.seq + 2,
      )
      expect(after.snapshot.epoch).toBe(before.snapshot.epoch)
      expect(after.data.length).toBeGreaterThanOrEqual(before.data.length)
      return tookMs
    })
    expect(silentMs).toBeLessThan(4_000)
  })

  test('go on alone after ten seconds without Redis, each in its own epoch, and share one again when it is back', async () => {
    await using both = await two()
    const [before] = await sameBoard(both.first, both.second)
    await redis.kill9()
    const startedMs = performance.now()
    await Promise.all([both.first.said(ALONE), both.second.said(ALONE)])
    expect(performance.now() - startedMs).toBeGreaterThan(8_000)
    const alone = await Promise.all([pageOf(both.first.url), pageOf(both.second.url)])
    expect(new Set([before, ...alone].map(({ snapshot }) => snapshot.epoch)).size).toBe(3)
    for (const { data } of alone) expect(data.length).toBeGreaterThanOrEqual(before.data.length)
    await redis.restart()
    const [one, other] = await sameBoard(both.first, both.second)
    expect(other).toEqual(one)
    expect(alone.map(({ snapshot }) => snapshot.epoch)).not.toContain(one.snapshot.epoch)
  })
})

skipUnless(!access.skip, 'there is no redis-server on PATH')('twenty seconds of kills', () => {
  test.each([
    ['the instance that decides', { instances: 2, redisKills: 0 }],
    ['the instance that decides, and Redis', { instances: 3, redisKills: 2 }],
  ])('of %s show no subscriber anything wrong', async (_what, harm) => {
    const figures = await chaos({ ...harm, subscribers: 30, seconds: 20, killEverySeconds: 5 })
    expect(figures.examples).toEqual([])
    expect(figures).toMatchObject({ divergences: 0, misfits: 0, leftBehind: 0 })
    expect(figures.compared).toBeGreaterThan(200)
    expect(figures.longestWithoutBoardMs).toBeLessThan(8_000)
    expect(figures.resumed).toBeGreaterThan(0)
  })
})
