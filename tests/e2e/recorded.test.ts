import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mergeToken } from '../../src/domain/tokens/merge.ts'
import { observedToken } from '../../src/domain/tokens/observation.ts'
import { mergeParameters } from '../../src/domain/tokens/parameters.ts'
import { MARKETS } from '../adapters/sources/recorded-table.ts'
import { NOW_MS } from '../adapters/sources/tokens.ts'
import { eventually, QUICK, type ServiceProcess, startService, untilReady } from '../support/service.ts'
import { pageOf, type Row } from '../support/wire.ts'

// Recorded answers of the real sources, and a server that replays them, may not be published with this project: they
// lie beside the checkout on the machines that have them.
const FIXTURES = new URL('../../../shared/fixtures/', import.meta.url)
const REPLAY = new URL('../../../shared/checks/replay-upstream.mjs', import.meta.url)
const present = existsSync(FIXTURES) && existsSync(REPLAY)

const USD1 = 'USD1ttGY1N17NEEHLmELoaybftRBUSErhqYiQzvEmuB'
const BONK = 'DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263'
const WIF = 'EKpQGSJtjMFqKZ9KQanSqYXRcF8fBopzLHYxdM65zcjm'

/** As DexScreener writes it. */
interface Pair {
  readonly chainId: string
  readonly pairAddress: string
  readonly priceUsd?: string
  readonly baseToken: { readonly address: string }
  readonly quoteToken: { readonly address: string }
  readonly volume?: { readonly h24?: number }
}
interface Tape {
  readonly pairs: readonly Pair[]
  readonly mints: ReadonlyMap<
    string,
    { readonly usdPrice?: number; readonly stats24h?: Readonly<Record<string, number>> }
  >
  readonly gecko: readonly { readonly data: unknown; readonly included?: unknown }[]
}
interface Replay {
  tape(folder: string, files: Readonly<Record<'dex' | 'jup' | 'gt', readonly string[]>>): Tape
  serve(tape: Tape): Promise<{ readonly env: Record<string, string>; close(): void }>
}
interface GeckoRow {
  readonly type: string
  readonly attributes: { readonly address: string; readonly volume_usd?: { readonly h24?: string } }
  readonly relationships?: { readonly base_token?: { readonly data?: { readonly id?: string } } }
}

const filesOf = (folder: string, isMarket: (name: string) => boolean) =>
  MARKETS.map(([name]) => name)
    .filter((name) => name.startsWith(`${folder}/`) && !name.includes('docs') && isMarket(name))
    .map((name) => `${name.slice(folder.length + 1)}.json`)

// Skipped without them even where everything else is required: nobody can bring them.
const suite = present ? describe : describe.skip
const why = present ? '' : ' (skipped: no recorded bodies beside this checkout)'

suite(`the service over recorded answers of the real sources${why}`, () => {
  let tape: Tape
  let upstream: Awaited<ReturnType<Replay['serve']>>
  let service: ServiceProcess
  beforeAll(async () => {
    const replay = (await import(REPLAY.href)) as Replay
    tape = replay.tape(FIXTURES.pathname, {
      dex: filesOf('dexscreener', (name) => !name.includes('not-found')),
      jup: filesOf('jupiter', (name) => name.includes('tokens')),
      gt: filesOf('geckoterminal', (name) => name.includes('--2') || name.includes('trending')),
    })
    upstream = await replay.serve(tape)
    service = await startService({ ...upstream.env, ...QUICK, WATCH: 'SOL,USD1,BONK,WIF' })
    await untilReady(service.url)
    await eventually(
      () => pageOf(service.url),
      ({ data, snapshot }) =>
        snapshot.seq > 3 && [USD1, BONK, WIF].every((it) => data.some((row) => row.address === it)),
    )
  })
  afterAll(async () => {
    await service[Symbol.asyncDispose]()
    upstream.close()
  })

  const basePairs = (address: string) => tape.pairs.filter(({ baseToken }) => baseToken.address === address)

  async function only(address: string): Promise<Row> {
    const { data } = await pageOf(service.url)
    const found = data.filter((row) => row.address === address)
    expect(found).toHaveLength(1)
    return found[0] as Row
  }

  describe.each([
    ['USD1', USD1],
    ['BONK', BONK],
    ['WIF', WIF],
  ])('%s', (symbol, address) => {
    test('is there once, its address verbatim, agreed on by two sources', async () => {
      const row = await eventually(
        () => only(address),
        ({ sources, status }) => sources.length >= 2 && status === 'ok',
      )
      expect(row.id).toBe(`solana:${address}`)
    })

    test('stands first among those who wear its symbol', async () => {
      const { data } = await pageOf(service.url, `/v1/tokens?q=${symbol}&network=solana&limit=250`)
      const wearers = data.filter((row) => row.symbol?.replace('$', '').toUpperCase() === symbol)
      expect(wearers[0]?.address).toBe(address)
      const deepest = wearers.toSorted((a, b) => (b.liquidity_usd ?? 0) - (a.liquidity_usd ?? 0))
      expect(deepest[0]?.address).toBe(address)
    })

    test('has a price that was said of it, not of what it is traded against', async () => {
      const said = [
        ...basePairs(address).map(({ priceUsd }) => Number(priceUsd)),
        tape.mints.get(address)?.usdPrice ?? 0,
      ]
      const { price_usd: priceUsd } = await only(address)
      expect(Math.min(...said.map((price) => Math.abs((priceUsd ?? 0) / price - 1)))).toBeLessThan(0.01)
    })

    test('has the pools in which it is the base, and no other', async () => {
      const response = await fetch(`${service.url}/v1/tokens/solana/${address}`)
      const { pools } = (await response.json()) as { pools: readonly { readonly pool: string }[] }
      const real = new Set([...basePairs(address).map(({ pairAddress }) => pairAddress), ...geckoPools(address).keys()])
      expect(pools.length).toBeGreaterThan(0)
      expect(pools.map(({ pool }) => pool).filter((pool) => !real.has(pool))).toEqual([])
      expect(new Set(pools.map(({ pool }) => pool)).size).toBe(pools.length)
    })

    test('counts the volume of a pool that two sources name once', async () => {
      const byPool = new Map(geckoPools(address))
      for (const { pairAddress, volume } of basePairs(address)) {
        byPool.set(pairAddress, Math.max(byPool.get(pairAddress) ?? 0, volume?.h24 ?? 0))
      }
      const sum = [...byPool.values()].reduce((total, volume) => total + volume, 0)
      const { buyVolume = 0, sellVolume = 0 } = tape.mints.get(address)?.stats24h ?? {}
      // Jupiter and GeckoTerminal state a total of their own, over pools that nobody here lists.
      const most = Math.max(sum, buyVolume + sellVolume, geckoTotal(address))
      const { volume_usd: volumeUsd } = await only(address)
      expect(volumeUsd['24h']).toBeGreaterThan(0)
      expect(volumeUsd['24h']).toBeLessThanOrEqual(most * (1 + 1e-9))
    })
  })

  test('no list holds a token twice, and every Solana address is written as a source wrote it', async () => {
    const { data } = await pageOf(service.url)
    expect(new Set(data.map(({ id }) => id)).size).toBe(data.length)
    const text = JSON.stringify([tape.pairs, [...tape.mints], tape.gecko])
    expect(data.filter(({ network, address }) => network === 'solana' && !text.includes(address))).toEqual([])
  })

  const geckoRows = () =>
    tape.gecko.flatMap(({ data, included }) => [data, included ?? []].flat()) as readonly GeckoRow[]

  /** GeckoTerminal's own volume of the last day of a token; 0 where it states none. */
  function geckoTotal(address: string): number {
    const tokens = geckoRows().filter(({ type, attributes }) => type === 'token' && attributes.address === address)
    return Math.max(0, ...tokens.map(({ attributes }) => Number(attributes.volume_usd?.h24 ?? 0)))
  }

  /** Volume of the last day by pool, where the token is the base. */
  function geckoPools(address: string): Map<string, number> {
    const pools = geckoRows().filter(
      (row) => row.type === 'pool' && row.relationships?.base_token?.data?.id === `solana_${address}`,
    )
    return new Map(pools.map(({ attributes }) => [attributes.address, Number(attributes.volume_usd?.h24 ?? 0)]))
  }
})

suite(`all recorded bodies together${why}`, () => {
  test('give most of their tokens a price, and no token a price that is not a number', () => {
    const bodyOf = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8')) as unknown
    const heard = MARKETS.flatMap(([name, parse]) => parse(bodyOf(name)).observations)
    const parameters = mergeParameters(['dexscreener', 'jupiter', 'geckoterminal'])
    const byToken = Map.groupBy(heard, observedToken)
    const merged = [...byToken].map(([id, observations]) =>
      mergeToken(observations, { id, previous: null, nowMs: NOW_MS, parameters }),
    )
    const priced = merged.filter(({ priceUsd }) => priceUsd !== null)
    const statuses = Map.groupBy(merged, ({ status }) => status)
    const counts = [...statuses].map(([status, tokens]) => `${status} ${tokens.length}`).sort()
    process.stdout.write(`recorded bodies: ${merged.length} tokens, ${priced.length} priced: ${counts.join(', ')}\n`)

    expect(merged.length).toBeGreaterThan(100)
    expect(priced.length / merged.length).toBeGreaterThan(0.9)
    expect(statuses.get('ok')?.length ?? 0).toBeGreaterThanOrEqual(3)
    expect(statuses.get('disputed')?.length ?? 0).toBeLessThan(merged.length / 10)
    expect(priced.filter(({ priceUsd }) => !(Number.isFinite(priceUsd) && (priceUsd ?? 0) > 0))).toEqual([])
  })
})
