import { tokenActivity, type View, viewOf, type WindowName } from './facts.ts'
import { largestFirst, relevance } from './finding.ts'
import { mintRow, organicScore, priceEntry } from './jupiter-token.ts'
import type { Market } from './market.ts'
import type { Token } from './model.ts'
import { type Ask, follow, json, listed, type Reply, type Route, whole } from './reply.ts'

const MINTS_MAX = 100
const PRICES_MAX = 50
const SEARCH_ROWS = 20
const RECENT_ROWS = 30
const WINDOWS: Readonly<Record<string, WindowName>> = { '5m': 'm5', '1h': 'h1', '6h': 'h6', '24h': 'h24' }

const ROUTES: readonly Route[] = [
  [/^\/tokens\/v2\/search$/, (_, ask, market) => search(ask, market)],
  [/^\/tokens\/v2\/tag$/, (_, ask, market) => tag(ask.query.get('query'), market)],
  [/^\/tokens\/v2\/recent$/, (_, __, market) => recent(market)],
  [
    /^\/tokens\/v2\/(toporganicscore|toptraded|toptrending)\/(5m|1h|6h|24h)$/,
    ([list = '', window = '24h'], ask, market) => ranked(market, { list, window: WINDOWS[window] ?? 'h24', ask }),
  ],
  [/^\/price\/v3$/, (_, ask, market) => prices(listed(ask.query.get('ids')), market)],
]

/** The fake Jupiter, tokens v2 and price v3: Solana only, case-sensitive, unknown mints left out without a word. */
export function jupiter(ask: Ask, market: Market): Reply {
  return follow(ROUTES, ask, market) ?? json({ error: 'Not found' }, 404)
}

const tokensOf = (market: Market) => market.tokens.filter((token) => token.knownTo.includes('jupiter'))
const rows = (view: View, tokens: readonly Token[]) => json(tokens.map((token) => mintRow(view, token)))

/** A text finds symbols and names; up to 100 mints find themselves. */
function search(ask: Ask, market: Market): Reply {
  const asked = listed(ask.query.get('query'))
  if (asked.length === 0) return json({ error: 'query is required' }, 400)
  if (asked.length > MINTS_MAX) return json({ error: `Too many mints: at most ${MINTS_MAX}` }, 400)
  const view = viewOf('jupiter', market)
  const known = tokensOf(market)
  const byMint = known.filter((token) => asked.includes(token.address))
  if (asked.length > 1 || byMint.length > 0) return rows(view, byMint)
  const text = asked[0] ?? ''
  const found = known.filter((token) => relevance(token, text) > 0)
  const best = largestFirst(found, (token) => relevance(token, text) * 1000 + organicScore(token))
  return rows(view, best.slice(0, whole(ask.query.get('limit'), { fallback: SEARCH_ROWS, max: MINTS_MAX })))
}

/** The whole list, however long. */
function tag(name: string | null, market: Market): Reply {
  if (name !== 'verified') return json([])
  return rows(
    viewOf('jupiter', market),
    tokensOf(market).filter((token) => token.verified),
  )
}

/** By first pool, newest first. The very newest have no price, no liquidity and no statistics yet. */
function recent(market: Market): Reply {
  const newest = largestFirst(tokensOf(market), (token) => token.bornMs)
  return rows(viewOf('jupiter', market), newest.slice(0, RECENT_ROWS))
}

interface Ranking {
  readonly list: string
  readonly window: WindowName
  readonly ask: Ask
}

/** Coins and dollars are filtered out of these lists. */
function ranked(market: Market, { list, window, ask }: Ranking): Reply {
  const view = viewOf('jupiter', market)
  const memes = tokensOf(market).filter((token) => !['native', 'stable', 'newborn'].includes(token.role))
  const figure = (token: Token) => {
    if (list === 'toporganicscore') return organicScore(token)
    const { volumeUsd, changePct } = tokenActivity(view, token, window)
    return list === 'toptraded' ? volumeUsd : volumeUsd * Math.abs(changePct)
  }
  const limit = whole(ask.query.get('limit'), { fallback: 50, max: 100 })
  return rows(view, largestFirst(memes, figure).slice(0, limit))
}

/** A flat map of mint to price, without a wrapper. */
function prices(asked: readonly string[], market: Market): Reply {
  if (asked.length === 0) return json({ error: 'ids is required' }, 400)
  if (asked.length > PRICES_MAX) return json({ error: `Too many ids: at most ${PRICES_MAX}` }, 400)
  const view = viewOf('jupiter', market)
  const told: Record<string, unknown> = {}
  for (const token of tokensOf(market)) {
    if (!asked.includes(token.address)) continue
    const entry = priceEntry(view, token)
    if (entry !== null) told[token.address] = entry
  }
  return json(told, 200, { 'cache-control': 'public, max-age=5' })
}
