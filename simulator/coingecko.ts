import { tokenActivity, tokenPriceUsd, type View, viewOf } from './facts.ts'
import type { Market } from './market.ts'
import { type Chain, comparable, type Token } from './model.ts'
import { hash32 } from './random.ts'
import { type Ask, follow, json, listed, type Reply, type Route } from './reply.ts'

const PLATFORMS: Readonly<Record<string, Chain>> = {
  solana: 'solana',
  ethereum: 'ethereum',
  base: 'base',
  'binance-smart-chain': 'bsc',
}
const CACHING = 'max-age=30, public, must-revalidate, s-maxage=60'

const ROUTES: readonly Route[] = [
  [/^\/ping$/, () => json({ gecko_says: '(V3) To the Moon!' })],
  [/^\/simple\/price$/, (_, ask, market) => pricesById(ask, market)],
  [/^\/simple\/token_price\/([^/]+)$/, ([platform = ''], ask, market) => pricesByAddress(platform, ask, market)],
]

/** The fake CoinGecko: prices by its own ids and by address; unknown ones are simply missing. Answers carry an ETag. */
export function coingecko(ask: Ask, market: Market): Reply {
  if (ask.headers['x-cg-pro-api-key'] !== undefined)
    return keyError(10010, 'Pro API keys belong to pro-api.coingecko.com.')
  const reply = follow(ROUTES, ask, market) ?? json({ error: 'Incorrect path. Please check the documentation.' }, 404)
  if (reply.status !== 200) return reply
  const etag = `W/"${hash32(reply.text).toString(16)}"`
  const headers = { ...reply.headers, etag, 'cache-control': CACHING }
  return ask.headers['if-none-match'] === etag ? { status: 304, headers, text: '' } : { ...reply, headers }
}

function keyError(code: number, message: string): Reply {
  return json({ status: { error_code: code, error_message: message } }, 400)
}

function pricesById(ask: Ask, market: Market): Reply {
  const wanted = listed(ask.query.get('ids'))
  if (wanted.length === 0) return json({ error: 'Missing parameter ids' }, 422)
  const found = wanted.sort().flatMap((slug) => {
    const token = market.tokens.find((one) => one.slug === slug)
    return token === undefined ? [] : [[slug, token] as const]
  })
  return told(found, ask, market)
}

function pricesByAddress(platform: string, ask: Ask, market: Market): Reply {
  const chain = PLATFORMS[platform]
  if (chain === undefined) return json({ error: 'Invalid platform' }, 404)
  const wanted = new Set(listed(ask.query.get('contract_addresses')).map((address) => comparable(chain, address)))
  const found = market.tokens.filter(
    (one) => one.slug !== null && one.chain === chain && wanted.has(comparable(chain, one.address)),
  )
  return told(
    found.map((one) => [comparable(chain, one.address), one] as const),
    ask,
    market,
  )
}

function told(found: readonly (readonly [string, Token])[], ask: Ask, market: Market): Reply {
  const view = viewOf('coingecko', market)
  return json(Object.fromEntries(found.map(([key, token]) => [key, entry(view, token, ask)])))
}

function entry(view: View, token: Token, ask: Ask): Record<string, number | null> {
  const wants = (option: string) => ask.query.get(option) === 'true'
  const usd = tokenPriceUsd(view, token)
  const { volumeUsd, changePct } = tokenActivity(view, token, 'h24')
  return {
    usd,
    ...(wants('include_market_cap') && { usd_market_cap: token.verified ? usd * token.circulating : null }),
    // Centralised exchanges are counted in.
    ...(wants('include_24hr_vol') && { usd_24h_vol: volumeUsd * 1.6 }),
    ...(wants('include_24hr_change') && { usd_24h_change: changePct }),
    ...(wants('include_last_updated_at') && { last_updated_at: Math.floor(view.atMs / 1000) }),
  }
}
