import { evmAddress, solanaAddress } from './addresses.ts'
import { ANCHOR_COUNT, anchorSpecs } from './anchors.ts'
import { type Chain, type Role, SOURCES, type Source, type TokenSpec } from './model.ts'
import { type Label, labeller } from './names.ts'
import { type Random, randomOf } from './random.ts'

const HOUR_MS = 3_600_000
const EVERYONE: readonly Source[] = ['dexscreener', 'jupiter', 'geckoterminal']

/** What one invented token is to be; the rest is drawn. */
interface Part {
  readonly role: Role
  readonly chain: Chain
  readonly knownTo: readonly Source[]
  /** Index of the token whose labels a copycat wears. */
  readonly wears?: number
  /** Index of the token on another chain whose very address it has. */
  readonly twinOf?: number
}

/** After the anchors: two popular memes, then one of every oddity. The second meme's copycat is number 13, and so on. */
const ODDITIES: readonly Part[] = [
  { role: 'meme', chain: 'solana', knownTo: [...EVERYONE, 'coingecko'] },
  { role: 'meme', chain: 'solana', knownTo: [...EVERYONE, 'coingecko'] },
  { role: 'copycat', chain: 'solana', knownTo: EVERYONE, wears: 0 },
  { role: 'copycat', chain: 'solana', knownTo: EVERYONE, wears: 1 },
  { role: 'copycat', chain: 'solana', knownTo: EVERYONE, wears: ANCHOR_COUNT },
  { role: 'fast', chain: 'solana', knownTo: EVERYONE },
  { role: 'meme', chain: 'solana', knownTo: ['dexscreener'] },
  { role: 'meme', chain: 'solana', knownTo: ['jupiter'] },
  { role: 'meme', chain: 'solana', knownTo: ['geckoterminal'] },
  { role: 'newborn', chain: 'solana', knownTo: ['jupiter'] },
  { role: 'curve', chain: 'solana', knownTo: EVERYONE },
  { role: 'meme', chain: 'ethereum', knownTo: ['dexscreener', 'geckoterminal'] },
  { role: 'meme', chain: 'bsc', knownTo: ['dexscreener', 'geckoterminal'], twinOf: ANCHOR_COUNT + 11 },
  { role: 'newborn', chain: 'solana', knownTo: ['jupiter'] },
]

/** Fewer tokens than this would leave out an oddity. */
export const TOKENS_MIN = ANCHOR_COUNT + ODDITIES.length

/** The `count` tokens of a market, always the same for the same seed. The first ones do not depend on `count`. */
export function tokenSpecs(seed: number, count: number, startMs: number): TokenSpec[] {
  const label = labeller(randomOf(seed, 'names'))
  const specs = anchorSpecs(startMs)
  for (let i = specs.length; i < count; i++) {
    const part = ODDITIES[i - ANCHOR_COUNT] ?? ordinary(i)
    const own = label()
    const worn = part.wears === undefined ? undefined : specs[part.wears]
    const twin = part.twinOf === undefined ? undefined : specs[part.twinOf]
    const random = randomOf(seed, 'token', i)
    specs.push(invented(part, worn ?? twin ?? own, { random, rank: i - ANCHOR_COUNT, startMs, address: twin?.address }))
  }
  return specs
}

function ordinary(index: number): Part {
  if (index % 8 === 3) return { role: 'curve', chain: 'solana', knownTo: EVERYONE }
  const chain = index % 8 === 6 ? ((['ethereum', 'base', 'bsc'] as const)[index % 3] ?? 'base') : 'solana'
  const known = index % 5 === 0 ? SOURCES : EVERYONE
  return { role: 'meme', chain, knownTo: known.filter((source) => source !== 'jupiter' || chain === 'solana') }
}

interface Draw {
  readonly random: Random
  /** 0 is the most popular. */
  readonly rank: number
  readonly startMs: number
  readonly address: string | undefined
}

function invented(part: Part, { name, symbol }: Label, { random, rank, startMs, address }: Draw): TokenSpec {
  const { role, chain, knownTo } = part
  const supply = random.pick([1e9, 1e9, 1e10, 4.2e8] as const)
  const depthUsd = depthOf(role, rank, random)
  const verified = role === 'meme' && random.next() < 0.5
  return {
    chain,
    address:
      address ?? (chain === 'solana' ? solanaAddress(random, random.next() < 0.6 ? 'pump' : '') : evmAddress(random)),
    name,
    symbol,
    role,
    decimals: chain === 'solana' ? random.pick([6, 6, 9, 5] as const) : 18,
    supply,
    circulating: supply * (random.next() < 0.3 ? random.between(0.4, 0.9) : 1),
    bornMs: startMs - ageMs(role, random),
    gait: gaitOf(role, { random, depthUsd, startUsd: (depthUsd * random.between(8, 60)) / supply }),
    depthUsd,
    knownTo,
    slug: knownTo.includes('coingecko') ? `${name.toLowerCase().replace(/[^a-z]+/g, '-')}-${rank}` : null,
    verified,
    profiled: random.next() < 0.4,
    boosts: random.next() < 0.15 ? random.int(1, 50) * 10 : 0,
  }
}

function depthOf(role: Role, rank: number, random: Random): number {
  if (role === 'copycat') return 3
  if (role === 'curve' || role === 'newborn') return random.between(2_000, 12_000)
  const popular = 6e6 / (1 + rank) ** 1.15
  return Math.max(400, popular * Math.exp(random.gauss() * 0.5))
}

function ageMs(role: Role, random: Random): number {
  if (role === 'newborn') return random.between(0.05, 0.5) * HOUR_MS
  if (role === 'curve') return random.between(0.3, 30) * HOUR_MS
  return random.between(40, 9_000) * HOUR_MS
}

function gaitOf(role: Role, { random, depthUsd, startUsd }: { random: Random; depthUsd: number; startUsd: number }) {
  // A copycat shows two dollars of trading a day, and its owner names the price.
  if (role === 'copycat') {
    return { startUsd: 1, volatility: 0, reversion: 0, tradesPerSecond: 4 / 86_400, tradeUsd: 0.5, jumpsPerDay: 0 }
  }
  const tradeUsd = random.between(15, 40) + Math.sqrt(depthUsd) / 10
  const dailyUsd = depthUsd * random.between(0.02, 6)
  return {
    startUsd,
    volatility: role === 'fast' ? 8e-4 : random.between(1e-4, 3.5e-4),
    reversion: 2e-6,
    tradesPerSecond: dailyUsd / 86_400 / tradeUsd,
    tradeUsd,
    jumpsPerDay: role === 'fast' ? 4 : random.between(0, 0.6),
  }
}
