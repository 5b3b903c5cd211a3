import { pairRow } from './dexscreener-pair.ts'
import { poolActivity, tokenActivity, type View, viewOf } from './facts.ts'
import { knows, largestFirst, searchPools } from './finding.ts'
import type { Market } from './market.ts'
import { comparable, type Pool, type Token } from './model.ts'
import { hash32 } from './random.ts'
import { type Ask, follow, json, listed, type Reply, type Route } from './reply.ts'

/** No answer has more rows than this, and there are no pages: popular tokens overflow. */
const ROWS_MAX = 30
const SCHEMA = { schemaVersion: '1.0.0' }

const ROUTES: readonly Route[] = [
  [/^\/latest\/dex\/search\/?$/, (_, ask, market) => search(ask.query.get('q') ?? '', market)],
  [/^\/latest\/dex\/tokens\/(.+)$/, ([asked], _, market) => wrapped(market, pairsOf(market, listed(asked)))],
  [/^\/latest\/dex\/pairs\/([^/]+)\/(.+)$/, ([chain = '', asked], _, market) => pairs(chain, listed(asked), market)],
  [/^\/tokens\/v1\/([^/]+)\/(.+)$/, ([chain = '', asked], _, market) => topPairs(chain, listed(asked), market)],
  [/^\/token-pairs\/v1\/([^/]+)\/([^/,]+)$/, ([chain, asked = ''], _, market) => tokenPairs(chain, asked, market)],
  [/^\/token-profiles\/(?:latest|recent-updates)\/v1$/, (_, __, market) => json(profiles(market))],
  [/^\/token-boosts\/latest\/v1$/, (_, __, market) => json(boosts(market, (token) => -token.bornMs, 'amount'))],
  [/^\/token-boosts\/top\/v1$/, (_, __, market) => json(boosts(market, (token) => token.boosts, 'total'))],
]

/** The fake DexScreener: no key, no rate-limit headers, no chain filter, and `pairs: null` where nothing is found. */
export function dexscreener(ask: Ask, market: Market): Reply {
  return follow(ROUTES, ask, market) ?? json({ error: 'Not Found' }, 404)
}

function search(text: string, market: Market): Reply {
  const view = viewOf('dexscreener', market)
  const known = market.pools.filter((pool) => knows('dexscreener', pool))
  const found = searchPools(known, text.trim(), (pool) => poolActivity(view, pool, 'h24').volumeUsd)
  return json({ ...SCHEMA, pairs: found.slice(0, ROWS_MAX).map((pool) => pairRow(view, pool)) })
}

function wrapped(market: Market, found: readonly Pool[]): Reply {
  return json({ ...SCHEMA, pairs: found.length === 0 ? null : rows(market, found) })
}

function rows(market: Market, found: readonly Pool[]): unknown[] {
  const view = viewOf('dexscreener', market)
  return found.slice(0, ROWS_MAX).map((pool) => pairRow(view, pool))
}

/** The tokens of those addresses on any chain: the same address may be alive on two. */
function tokensOf(market: Market, asked: readonly string[], chain?: string): Token[] {
  return market.tokens.filter(
    (token) =>
      (chain === undefined || token.chain === chain) &&
      asked.some((address) => comparable(token.chain, address) === comparable(token.chain, token.address)),
  )
}

/** Rows where the token is the base come first, then those where it is only the quote; each by activity, not by liquidity. */
function poolsOf(view: View, token: Token): Pool[] {
  const traded = (pool: Pool) => poolActivity(view, pool, 'h24').volumeUsd
  const shown = (pools: readonly Pool[]) =>
    largestFirst(
      pools.filter((pool) => knows('dexscreener', pool)),
      traded,
    )
  return [...shown(token.pools), ...shown(token.quotedIn)]
}

function pairsOf(market: Market, asked: readonly string[], chain?: string): Pool[] {
  const view = viewOf('dexscreener', market)
  const each = tokensOf(market, asked.slice(0, ROWS_MAX), chain).map((token) => poolsOf(view, token))
  return [...new Set(each.flat())]
}

function tokenPairs(chain: string | undefined, asked: string, market: Market): Reply {
  return json(rows(market, pairsOf(market, [asked], chain)))
}

/** One row per token. A token that is never a base is answered by a pair of which it is the quote. */
function topPairs(chain: string, asked: readonly string[], market: Market): Reply {
  const view = viewOf('dexscreener', market)
  const tops = tokensOf(market, asked.slice(0, ROWS_MAX), chain).flatMap((token) => poolsOf(view, token).slice(0, 1))
  return json([...new Set(tops)].map((pool) => pairRow(view, pool)))
}

function pairs(chain: string, asked: readonly string[], market: Market): Reply {
  const same = (pool: Pool, address: string) =>
    comparable(pool.base.chain, pool.address) === comparable(pool.base.chain, address)
  const here = market.pools.filter((pool) => pool.base.chain === chain && knows('dexscreener', pool))
  const found = here.filter((pool) => asked.some((address) => same(pool, address)))
  if (found.length === 0) return json({ ...SCHEMA, pairs: null, pair: null })
  const told = rows(market, found)
  return json({ ...SCHEMA, pairs: told, pair: asked.length === 1 ? told[0] : null })
}

const listing = (token: Token) => ({
  url: `https://dexscreener.com/${token.chain}/${token.address.toLowerCase()}`,
  chainId: token.chain,
  tokenAddress: token.address,
})

function profiles(market: Market): unknown[] {
  const profiled = market.tokens.filter((token) => token.profiled && token.knownTo.includes('dexscreener'))
  return largestFirst(profiled, (token) => token.bornMs)
    .slice(0, ROWS_MAX)
    .map((token) => ({
      ...listing(token),
      icon: `https://cdn.example/token/${token.address}.png`,
      ...(token.boosts > 0 && { description: `${token.name}, invented for a simulated market.` }),
      ...(token.verified && {
        links: [{ type: 'twitter', url: `https://social.example/${token.symbol.toLowerCase()}` }],
      }),
    }))
}

/** Here the icon is a bare id, not an address, and only the latest list says how much was paid at once. */
function boosts(market: Market, figure: (token: Token) => number, told: 'amount' | 'total'): unknown[] {
  const view = viewOf('dexscreener', market)
  const boosted = market.tokens.filter((token) => token.boosts > 0 && tokenActivity(view, token, 'h24').volumeUsd > 0)
  return largestFirst(
    boosted.filter((token) => token.knownTo.includes('dexscreener')),
    figure,
  )
    .slice(0, ROWS_MAX)
    .map((token) => ({
      ...listing(token),
      icon: hash32(token.address).toString(36),
      totalAmount: token.boosts,
      ...(told === 'amount' && { amount: 10 }),
    }))
}
