import { rounded, significant } from './digits.ts'
import {
  type Activity,
  poolActivity,
  poolPriceUsd,
  poolSides,
  tokenPriceUsd,
  type View,
  type WindowName,
} from './facts.ts'
import type { Pool, Token } from './model.ts'
import { hash32 } from './random.ts'

const WINDOWS = ['m5', 'h1', 'h6', 'h24'] as const satisfies readonly WindowName[]

type Windows<T> = Record<(typeof WINDOWS)[number], T>
const perWindow = <T>(make: (window: (typeof WINDOWS)[number]) => T): Windows<T> => ({
  m5: make('m5'),
  h1: make('h1'),
  h6: make('h6'),
  h24: make('h24'),
})

/** One row as DexScreener writes it: prices as text, everything else as numbers, what is unknown left out. */
export function pairRow(view: View, pool: Pool): Record<string, unknown> {
  const { base, quote } = pool
  const priceUsd = poolPriceUsd(view, pool)
  const activity = perWindow((window) => poolActivity(view, pool, window))
  const labels = pool.dex.labels
  return {
    chainId: base.chain,
    dexId: pool.dex.dexscreener,
    // Lower-case even where addresses are case-sensitive: nobody can read an address out of it.
    url: `https://dexscreener.com/${base.chain}/${pool.address.toLowerCase()}`,
    pairAddress: pool.address,
    ...(labels.length > 0 && { labels }),
    baseToken: side(base),
    quoteToken: side(quote),
    priceNative: significant(priceUsd / tokenPriceUsd(view, quote), 8),
    priceUsd: significant(priceUsd, base.role === 'stable' ? 6 : 4),
    txns: perWindow((window) => ({ buys: activity[window].buys, sells: activity[window].sells })),
    volume: { h24: cents(activity.h24), h6: cents(activity.h6), h1: cents(activity.h1), m5: cents(activity.m5) },
    priceChange: changes(activity),
    ...worth(view, pool, priceUsd),
    ...(hash32(pool.address) % 14 !== 0 && { pairCreatedAt: Math.floor(pool.bornMs / 1000) * 1000 }),
    ...extras(base),
  }
}

const side = (token: Token) => ({ address: token.address, name: token.name, symbol: token.symbol })
const cents = (activity: Activity) => rounded(activity.volumeUsd, 2)

/** A window in which nothing traded has no key at all. */
function changes(activity: Windows<Activity>): Partial<Windows<number>> {
  const told: Partial<Windows<number>> = {}
  for (const window of WINDOWS) {
    const { buys, sells, changePct } = activity[window]
    if (buys + sells > 0) told[window] = rounded(changePct, Math.abs(changePct) >= 100 ? 0 : 2)
  }
  return told
}

/** Bonding-curve pairs have no liquidity and, alone among all, cents in their valuation. */
function worth(view: View, pool: Pool, priceUsd: number): Record<string, unknown> {
  const { base, quote } = pool
  const decimals = pool.dex.kind === 'curve' ? 2 : 0
  const fdv = rounded(priceUsd * base.supply, decimals)
  const marketCap = base.circulating < base.supply ? rounded(priceUsd * base.circulating, decimals) : fdv
  if (pool.dex.kind === 'curve') return { fdv, marketCap }
  const { quoteUsd, baseUsd } = poolSides(pool, view.atMs)
  const liquidity = {
    usd: rounded(quoteUsd + baseUsd, 2),
    base: rounded(baseUsd / priceUsd, 0),
    quote: rounded(quoteUsd / tokenPriceUsd(view, quote), 4),
  }
  return { liquidity, fdv, marketCap }
}

function extras(base: Token): Record<string, unknown> {
  return {
    ...(base.profiled && {
      info: {
        imageUrl: `https://cdn.example/token/${base.address}.png`,
        ...(base.boosts > 0 && { header: `https://cdn.example/header/${base.address}.png` }),
        websites: base.boosts > 0 ? [{ url: `https://${base.symbol.toLowerCase()}.example/`, label: 'Website' }] : [],
        socials: [{ url: `https://social.example/${base.symbol.toLowerCase()}`, type: 'twitter' }],
      },
    }),
    ...(base.boosts > 0 && { boosts: { active: base.boosts } }),
  }
}
