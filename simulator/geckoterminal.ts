import { poolActivity, viewOf } from './facts.ts'
import { largestFirst, searchPools } from './finding.ts'
import { refused } from './gecko-errors.ts'
import { ohlcv } from './gecko-ohlcv.ts'
import { networkOf, resourceId, tokenLabel } from './gecko-rows.ts'
import { byVolume, poolsOn, rows, type Scene } from './gecko-scene.ts'
import { manyTokens, oneToken, poolsOf, tokenAt, tokenPrices } from './gecko-tokens.ts'
import type { Market } from './market.ts'
import { CHAINS, type Chain, type Pool, type Token } from './model.ts'
import { type Ask, follow, json, listed, type Reply, type Route } from './reply.ts'

const PAGE_ROWS = 20
const PAGES_MAX = 10

type Answer = (scene: Scene, chain: Chain, asked: string) => Reply

/** A route about one network; an unknown network is 404. */
const inNetwork = (path: string, answer: Answer): Route => [
  new RegExp(`^${path.replace(':network', '([^/]+)')}$`),
  ([network, asked = ''], ask, market) => {
    const chain = CHAINS.find((candidate) => networkOf(candidate) === network)
    const scene = { market, ask, view: viewOf('geckoterminal', market) }
    return chain === undefined ? refused(404, 'Not Found', ask) : answer(scene, chain, asked)
  },
]

const ROUTES: readonly Route[] = [
  [/^\/networks$/, () => networks()],
  [
    /^\/networks\/trending_pools$/,
    (_, ask, market) => trending({ market, ask, view: viewOf('geckoterminal', market) }, null),
  ],
  [/^\/search\/pools$/, (_, ask, market) => search({ market, ask, view: viewOf('geckoterminal', market) })],
  inNetwork('/networks/:network/trending_pools', trending),
  inNetwork('/networks/:network/new_pools', (scene, chain) =>
    page(
      scene,
      largestFirst(poolsOn(scene, chain), (pool) => pool.bornMs),
    ),
  ),
  inNetwork('/networks/:network/pools', (scene, chain) => page(scene, byVolume(scene, poolsOn(scene, chain)))),
  inNetwork('/networks/:network/pools/([^/]+/ohlcv/[^/]+)', candlesOf),
  inNetwork('/networks/:network/tokens/multi/([^/]+)', manyTokens),
  inNetwork('/networks/:network/tokens/([^/]+)/pools', (scene, chain, asked) =>
    page(scene, poolsOf(scene, tokenAt(scene, chain, asked))),
  ),
  inNetwork('/networks/:network/tokens/([^/]+)', oneToken),
  inNetwork('/simple/networks/:network/token_price/([^/]+)', tokenPrices),
]

/** The fake GeckoTerminal: JSON:API, every amount as text, two shapes of errors. Its cache and limit are in server.ts. */
export function geckoterminal(ask: Ask, market: Market): Reply {
  return follow(ROUTES, ask, market) ?? refused(404, 'Not Found', ask)
}

function networks(): Reply {
  const data = CHAINS.map((chain) => ({
    id: networkOf(chain),
    type: 'network',
    attributes: { name: chain, coingecko_asset_platform_id: chain === 'bsc' ? 'binance-smart-chain' : chain },
  }))
  return json({ data, links: { first: 'networks?page=1', prev: null, next: null, last: 'networks?page=1' } })
}

function trending(scene: Scene, chain: Chain | null): Reply {
  const moved = (pool: Pool) => {
    const { volumeUsd, changePct } = poolActivity(scene.view, pool, 'h1')
    return volumeUsd * Math.abs(changePct)
  }
  return page(scene, largestFirst(poolsOn(scene, chain), moved))
}

/** Matches symbols, names and addresses of either side; answers with pools, not tokens. */
function search(scene: Scene): Reply {
  const network = scene.ask.query.get('network')
  const chain = CHAINS.find((candidate) => networkOf(candidate) === network)
  if (network !== null && chain === undefined) return refused(404, 'Not Found', scene.ask)
  const traded = (pool: Pool) => poolActivity(scene.view, pool, 'h24').volumeUsd
  return page(scene, searchPools(poolsOn(scene, chain ?? null), scene.ask.query.get('query') ?? '', traded))
}

/** Twenty rows. The eleventh page is answered 401: the plan forbids it. */
function page(scene: Scene, pools: readonly Pool[]): Reply {
  const number = Number(scene.ask.query.get('page') ?? 1)
  if (!Number.isInteger(number) || number < 1) return refused(400, 'Invalid page', scene.ask)
  if (number > PAGES_MAX) return refused(401, `Page is limited to ${PAGES_MAX} on this plan.`, scene.ask)
  const shown = pools.slice((number - 1) * PAGE_ROWS, number * PAGE_ROWS)
  return json({ data: rows(scene, shown), ...included(scene.ask, shown) })
}

/** Labels of tokens and exchanges come only when they are asked for. */
function included(ask: Ask, pools: readonly Pool[]): { readonly included?: unknown[] } {
  const wanted = listed(ask.query.get('include'))
  if (wanted.length === 0) return {}
  const tokens = new Set<Token>()
  if (wanted.includes('base_token')) for (const pool of pools) tokens.add(pool.base)
  if (wanted.includes('quote_token')) for (const pool of pools) tokens.add(pool.quote)
  const dexes = wanted.includes('dex') ? new Set(pools.map((pool) => pool.dex)) : []
  const dexRows = [...dexes].map((dex) => ({ id: dex.geckoterminal, type: 'dex', attributes: { name: dex.key } }))
  return { included: [...[...tokens].map(tokenLabel), ...dexRows] }
}

function candlesOf(scene: Scene, chain: Chain, asked: string): Reply {
  const [address = '', , timeframe = ''] = asked.split('/')
  const wanted = resourceId(chain, address)
  const pool = poolsOn(scene, chain).find((candidate) => resourceId(chain, candidate.address) === wanted)
  return pool === undefined
    ? refused(404, 'Not Found', scene.ask)
    : ohlcv(scene.view, pool, { timeframe, ask: scene.ask })
}
