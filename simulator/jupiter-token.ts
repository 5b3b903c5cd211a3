import { type Activity, tokenActivity, tokenDepthUsd, tokenPriceUsd, type View, type WindowName } from './facts.ts'
import type { Token } from './model.ts'
import { hash01, hash32 } from './random.ts'

const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'
const BLOCK_MS = 400

/** One mint as Jupiter writes it: whatever is zero, false or unknown is left out. */
export function mintRow(view: View, token: Token): Record<string, unknown> {
  const score = organicScore(token)
  return {
    id: token.address,
    name: token.name,
    symbol: token.symbol,
    ...(token.profiled && { icon: `https://cdn.example/token/${token.address}.png` }),
    decimals: token.decimals,
    circSupply: token.circulating,
    totalSupply: token.supply,
    tokenProgram: TOKEN_PROGRAM,
    ...(token.role === 'curve' && { launchpad: 'pump.fun', bondingCurve: hash01(`curve/${token.address}`) }),
    firstPool: firstPool(token),
    holderCount: 2 + (hash32(token.address) % 900_000),
    audit: audit(token),
    organicScore: score,
    organicScoreLabel: score > 70 ? 'high' : score > 30 ? 'medium' : 'low',
    ...(token.verified && { isVerified: true }),
    tags: token.verified ? ['verified'] : ['unknown'],
    ...(token.role !== 'newborn' && priced(view, token)),
    createdAt: new Date(token.bornMs).toISOString(),
    updatedAt: nanoseconds(view.atMs),
  }
}

/** One entry of price/v3, or null for a token that Jupiter leaves out without a word: unpriced, or not to be relied on. */
export function priceEntry(view: View, token: Token): Record<string, unknown> | null {
  if (token.role === 'newborn' || token.role === 'copycat') return null
  const { buys, sells, changePct } = tokenActivity(view, token, 'h24')
  return {
    createdAt: new Date(token.bornMs).toISOString(),
    liquidity: tokenDepthUsd(token, view.atMs),
    usdPrice: tokenPriceUsd(view, token),
    blockId: blockId(view),
    decimals: token.decimals,
    priceChange24h: buys + sells === 0 ? null : changePct,
  }
}

function priced(view: View, token: Token): Record<string, unknown> {
  const usdPrice = tokenPriceUsd(view, token)
  return {
    fdv: usdPrice * token.supply,
    mcap: usdPrice * token.circulating,
    usdPrice,
    priceBlockId: blockId(view),
    liquidity: tokenDepthUsd(token, view.atMs),
    ...stats(view, token),
  }
}

const STATS = { stats5m: 'm5', stats1h: 'h1', stats6h: 'h6', stats24h: 'h24' } as const satisfies Record<
  string,
  WindowName
>

function stats(view: View, token: Token): Record<string, unknown> {
  const told: Record<string, unknown> = {}
  for (const [key, window] of Object.entries(STATS)) {
    const activity = tokenActivity(view, token, window)
    if (activity.buys + activity.sells > 0) told[key] = swaps(activity)
  }
  return told
}

/** A window with only buys has no sells at all; with one trade it has no change either. */
function swaps({ buys, sells, volumeUsd, changePct }: Activity): Record<string, number> {
  const trades = buys + sells
  const all = {
    priceChange: trades > 1 ? changePct : 0,
    buyVolume: (volumeUsd * buys) / trades,
    sellVolume: (volumeUsd * sells) / trades,
    buyOrganicVolume: trades > 20 ? (volumeUsd * buys) / trades / 9 : 0,
    numBuys: buys,
    numSells: sells,
    numTraders: Math.ceil(trades / 3),
    numNetBuyers: Math.max(0, Math.floor((buys - sells) / 3)),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== 0))
}

/** A token fresh from a launchpad has its own mint for its first pool. */
function firstPool(token: Token): Record<string, string> {
  const createdAt = `${new Date(token.bornMs).toISOString().slice(0, 19)}Z`
  const onCurve = token.role === 'curve' || token.role === 'newborn'
  return { id: onCurve ? token.address : (token.pools[0]?.address ?? token.address), createdAt }
}

/** An authority that is still alive shows by a missing key; `isSus` shows only when true. */
function audit(token: Token): Record<string, unknown> {
  const live = hash32(token.address) % 4 === 0
  return {
    ...(token.role === 'copycat' && { isSus: true }),
    ...(!live && { mintAuthorityDisabled: true, freezeAuthorityDisabled: true }),
    topHoldersPercentage: 5 + hash01(token.address) * 60,
  }
}

/** 0 to 100; the lists rank by it. */
export function organicScore(token: Token): number {
  if (token.role === 'copycat' || token.role === 'newborn') return 0
  if (token.role === 'native' || token.role === 'stable') return 98 + hash01(token.address)
  return (token.verified ? 60 : 0) + 38 * hash01(token.address)
}

function blockId(view: View): number {
  return Math.floor((view.atMs - Date.UTC(2020, 2, 16)) / BLOCK_MS)
}

function nanoseconds(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '301135Z')
}
