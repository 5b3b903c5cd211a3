import type { Random } from './random.ts'

const FIRST = [
  'Solar',
  'Solemn',
  'Grumpy',
  'Turbo',
  'Sleepy',
  'Cosmic',
  'Pixel',
  'Salty',
  'Fuzzy',
  'Mega',
  'Tiny',
  'Quantum',
  'Lazy',
  'Neon',
  'Spicy',
  'Wobbly',
  'Frozen',
  'Golden',
  'Bald',
  'Angry',
  'Retro',
  'Smug',
  'Crispy',
  'Hyper',
  'Moody',
  'Rusty',
  'Zen',
  'Chunky',
  'Dizzy',
  'Electric',
  'Fancy',
  'Giga',
  'Humble',
  'Icy',
  'Jolly',
  'Lucky',
  'Mystic',
  'Noisy',
  'Odd',
  'Plush',
  'Royal',
  'Silent',
] as const
const SECOND = [
  'Otter',
  'Badger',
  'Walrus',
  'Llama',
  'Moose',
  'Toad',
  'Gecko',
  'Ferret',
  'Possum',
  'Lemur',
  'Newt',
  'Yak',
  'Quokka',
  'Wombat',
  'Ibis',
  'Tapir',
  'Stoat',
  'Heron',
  'Mole',
  'Crab',
  'Squid',
  'Noodle',
  'Pickle',
  'Waffle',
  'Teapot',
  'Sock',
  'Brick',
  'Wizard',
  'Goblin',
  'Robot',
  'Comet',
  'Rocket',
  'Cactus',
  'Mango',
  'Turnip',
  'Biscuit',
  'Dumpling',
  'Pigeon',
  'Hamster',
  'Platypus',
  'Narwhal',
  'Axolotl',
  'Capybara',
  'Marmot',
  'Puffin',
  'Gopher',
  'Bison',
  'Koi',
  'Raven',
  'Magpie',
] as const
const TAILS = ['', '', '', ' Inu', ' Coin', ' AI', ' Cash', ' DAO'] as const

export interface Label {
  readonly name: string
  readonly symbol: string
}

/** Hands out meme-like names and symbols, each symbol once: only deliberate copycats share one. */
export function labeller(random: Random): () => Label {
  const taken = new Set(['SOL', 'USDC', 'USDT', 'WETH', 'WBNB'])
  return () => {
    const first = random.pick(FIRST)
    const second = random.pick(SECOND)
    const short = random.pick([second, second, first + second.slice(0, 3), first.charAt(0) + second] as const)
    const symbol = free(short.toUpperCase(), taken)
    taken.add(symbol)
    return { name: `${first} ${second}${random.pick(TAILS)}${random.next() < 0.06 ? ' 🚀' : ''}`, symbol }
  }
}

function free(symbol: string, taken: ReadonlySet<string>): string {
  if (!taken.has(symbol)) return symbol
  let n = 2
  while (taken.has(`${symbol}${n}`)) n++
  return `${symbol}${n}`
}
