import { everyDigit, rounded, significant } from './digits.ts'
import {
  poolActivity,
  poolPriceUsd,
  poolSides,
  tokenActivity,
  tokenDepthUsd,
  tokenPriceUsd,
  type View,
  WINDOWS_MS,
  type WindowName,
} from './facts.ts'
import { type Chain, comparable, type Pool, type Token } from './model.ts'
import { hash01 } from './random.ts'

/** GeckoTerminal's names of the chains, where they differ. */
const NETWORKS = { solana: 'solana', ethereum: 'eth', base: 'base', bsc: 'bsc' } as const satisfies Record<
  Chain,
  string
>
const WINDOWS = Object.keys(WINDOWS_MS) as WindowName[]

export function networkOf(chain: Chain): string {
  return NETWORKS[chain]
}

/** JSON:API id: the network, an underscore, and the address (lower-case on EVM chains). */
export function resourceId(chain: Chain, address: string): string {
  return `${NETWORKS[chain]}_${comparable(chain, address)}`
}

/** Half of the tokens on a bonding curve are listed without a price and without a pool. */
export function isPriced(token: Token): boolean {
  return token.role !== 'curve' || hash01(`priced/${token.address}`) > 0.5
}

/** One pool. Money is text with every digit there is; `native` is what the chain's coin is worth, USD. */
export function poolRow(view: View, pool: Pool, native: Token): Record<string, unknown> {
  return {
    id: resourceId(pool.base.chain, pool.address),
    type: 'pool',
    attributes: { ...prices(view, pool, native), ...described(view, pool), ...traded(view, pool) },
    relationships: {
      base_token: { data: { id: resourceId(pool.base.chain, pool.base.address), type: 'token' } },
      quote_token: { data: { id: resourceId(pool.quote.chain, pool.quote.address), type: 'token' } },
      dex: { data: { id: pool.dex.geckoterminal, type: 'dex' } },
    },
  }
}

/** Against a meme the price in the chain's coin is "NaN". */
function prices(view: View, pool: Pool, native: Token): Record<string, string> {
  const baseUsd = poolPriceUsd(view, pool)
  const quoteUsd = tokenPriceUsd(view, pool.quote)
  const nativeUsd = tokenPriceUsd(view, native)
  const unknown = pool.quote.role !== 'native' && pool.quote.role !== 'stable'
  return {
    base_token_price_usd: everyDigit(baseUsd),
    base_token_price_native_currency: unknown ? 'NaN' : significant(baseUsd / nativeUsd, 15),
    quote_token_price_usd: everyDigit(quoteUsd),
    quote_token_price_native_currency: pool.quote === native ? '1.0' : significant(quoteUsd / nativeUsd, 15),
    base_token_price_quote_token: significant(baseUsd / quoteUsd, 10),
    quote_token_price_base_token: significant(quoteUsd / baseUsd, 12),
  }
}

/** Market cap is null for most invented tokens; an order book has no reserve. */
function described(view: View, pool: Pool): Record<string, unknown> {
  const { base, quote, dex } = pool
  const priceUsd = poolPriceUsd(view, pool)
  const { quoteUsd, baseUsd } = poolSides(pool, view.atMs)
  return {
    address: comparable(base.chain, pool.address),
    name: `${base.symbol} / ${quote.symbol}${dex.fee}`,
    pool_created_at: `${new Date(pool.bornMs).toISOString().slice(0, 19)}Z`,
    fdv_usd: significant(priceUsd * base.supply, 15),
    market_cap_usd: base.verified ? significant(priceUsd * base.circulating, 15) : null,
    reserve_in_usd: dex.kind === 'book' ? null : (quoteUsd + baseUsd).toFixed(4),
  }
}

function traded(view: View, pool: Pool): Record<string, unknown> {
  const told = WINDOWS.map((window) => ({ window, ...poolActivity(view, pool, window) }))
  const each = (make: (activity: (typeof told)[number]) => unknown) =>
    Object.fromEntries(told.map((activity) => [activity.window, make(activity)]))
  return {
    price_change_percentage: each(({ buys, sells, changePct }) =>
      buys + sells === 0 ? '0' : String(rounded(changePct, 3)),
    ),
    transactions: each(({ buys, sells }) => ({
      buys,
      sells,
      buyers: Math.ceil(buys / 3),
      sellers: Math.ceil(sells / 3),
    })),
    volume_usd: each(({ volumeUsd }) => (volumeUsd === 0 ? '0.0' : significant(volumeUsd, 15))),
  }
}

/** The short form that stands in `included`. */
export function tokenLabel(token: Token): Record<string, unknown> {
  const { address, chain, name, symbol, decimals, profiled } = token
  return {
    id: resourceId(chain, address),
    type: 'token',
    attributes: {
      address: comparable(chain, address),
      name,
      symbol,
      decimals,
      image_url: profiled ? `https://cdn.example/token/${address}.png` : null,
      coingecko_coin_id: token.slug,
    },
  }
}

/** The long form, with the token's pools of which `top` are named. */
export function tokenRow(view: View, token: Token, top: readonly Pool[]): Record<string, unknown> {
  const label = tokenLabel(token)
  return {
    ...label,
    attributes: { ...(label['attributes'] as object), ...totals(view, token) },
    relationships: {
      top_pools: { data: top.map((pool) => ({ id: resourceId(pool.base.chain, pool.address), type: 'pool' })) },
    },
  }
}

/** The token's own reserve is about half of what its pools show: one side of them. */
export function totals(view: View, token: Token): Record<string, unknown> {
  const priceUsd = tokenPriceUsd(view, token)
  const known = isPriced(token)
  return {
    total_supply: `${BigInt(token.supply) * 10n ** BigInt(token.decimals)}.0`,
    normalized_total_supply: `${token.supply}.0`,
    price_usd: known ? everyDigit(priceUsd) : null,
    fdv_usd: known ? significant(priceUsd * token.supply, 15) : null,
    total_reserve_in_usd: significant(tokenDepthUsd(token, view.atMs), 26),
    volume_usd: { h24: significant(tokenActivity(view, token, 'h24').volumeUsd, 14) },
    market_cap_usd: known && token.verified ? significant(priceUsd * token.circulating, 15) : null,
    ...(token.role === 'curve' && { launchpad_details: launchpad(token) }),
  }
}

const launchpad = (token: Token) => ({
  graduation_percentage: rounded(hash01(`curve/${token.address}`) * 100 - 0.5, 2),
  completed: false,
  completed_at: null,
  migrated_destination_pool_address: null,
})
