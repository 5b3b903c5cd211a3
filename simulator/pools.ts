import { evmAddress, solanaAddress } from './addresses.ts'
import { type Dex, EVM_POOLS, SOLANA_CURVES, SOLANA_POOLS } from './dexes.ts'
import type { Pool, Token } from './model.ts'
import { type Random, randomOf } from './random.ts'

/** Every ninth meme on Solana has one pool against the most popular meme instead of a coin or a dollar. */
const MEME_QUOTED_EVERY = 9

/** Gives every token its pools. Two dollars and the wrapped coins of the EVM chains are quoted by their own kind. */
export function addPools(seed: number, tokens: readonly Token[]): void {
  const coins = tokens.filter((token) => token.role === 'native' || token.role === 'stable')
  const topMeme = tokens.find((token) => token.role === 'meme')
  tokens.forEach((base, index) => {
    const quotes = quotesFor(base, coins)
    if (quotes.length === 0) return
    const random = randomOf(seed, 'pools', index)
    const weights = Array.from({ length: poolCount(base, random) }, () => random.between(0.2, 1) ** 2)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    weights.forEach((weight, nth) => {
      const memeQuoted = nth === 1 && index % MEME_QUOTED_EVERY === 0 && base.role === 'meme' && base.chain === 'solana'
      const quote = memeQuoted && topMeme !== base ? topMeme : quotes[nth === 0 ? 0 : random.int(0, quotes.length - 1)]
      if (quote !== undefined) join(makePool({ base, quote, share: weight / total, nth, random }))
    })
  })
}

function join(pool: Pool): void {
  pool.base.pools.push(pool)
  pool.quote.quotedIn.push(pool)
}

/** What a token trades against, the usual one first. A dollar of Solana other than USDC is never a base. */
function quotesFor(base: Token, coins: readonly Token[]): Token[] {
  const here = coins.filter((coin) => coin.chain === base.chain && coin !== base)
  if (base.role === 'native') return here.filter((coin) => coin.role === 'stable')
  if (base.role === 'stable') return base.symbol === 'USDC' ? here.filter((coin) => coin.symbol === 'USDT') : []
  return base.role === 'curve' ? here.slice(0, 1) : here
}

function poolCount(base: Token, random: Random): number {
  if (base.role === 'native') return base.chain === 'solana' ? 6 : 3
  if (base.role === 'stable') return 2
  if (base.role === 'curve' || base.role === 'copycat' || base.role === 'newborn') return 1
  if (base.role === 'fast') return 3
  return Math.max(1, Math.min(6, Math.round(Math.log10(base.depthUsd) - 3 + random.between(0, 2))))
}

interface Draw {
  readonly base: Token
  readonly quote: Token
  readonly share: number
  readonly nth: number
  readonly random: Random
}

function makePool({ base, quote, share, nth, random }: Draw): Pool {
  const dex = dexFor(base, nth, random)
  return {
    address: base.chain === 'solana' ? solanaAddress(random) : evmAddress(random),
    dex,
    base,
    quote,
    share,
    offset: base.role === 'stable' ? random.between(-2e-4, 2e-4) : random.between(-2e-3, 2e-3),
    quoteSideUsd: dex.kind === 'curve' ? 0 : base.depthUsd * share,
    baseToQuote: base.role === 'copycat' ? random.between(5e7, 7e8) : random.between(0.75, 1.3),
    bornMs: base.bornMs + (nth === 0 ? 0 : random.between(0, 0.6) * Math.max(0, base.history.now().atMs - base.bornMs)),
  }
}

/** The first pool is never on an order book, so that somebody reports a reserve. */
function dexFor(base: Token, nth: number, random: Random): Dex {
  if (base.role === 'curve' || base.role === 'newborn') return random.pick(SOLANA_CURVES)
  if (base.chain !== 'solana') return random.pick(EVM_POOLS[base.chain])
  const found = random.pick(SOLANA_POOLS)
  return nth === 0 && found.kind === 'book' ? SOLANA_POOLS[0] : found
}
