import { history } from './history.ts'
import { comparable, type Pool, type Token, type TokenSpec } from './model.ts'
import { addPools } from './pools.ts'
import { tokenSpecs } from './tokens.ts'

/** One market that every fake source reports on. Its clock moves only when it is ticked. */
export interface Market {
  readonly seed: number
  readonly tokens: readonly Token[]
  readonly pools: readonly Pool[]
  /** Wrapped SOL. */
  readonly sol: Token
  /** How often it was ticked. */
  tickCount(): number
  /** Its own time, Unix milliseconds. */
  nowMs(): number
  tick(): void
}

export interface MarketPlan {
  readonly seed: number
  /** How many tokens, at least TOKENS_MIN. */
  readonly tokens: number
  readonly startMs: number
  /** How far one tick moves its clock. */
  readonly stepMs: number
}

/** The same plan gives the same market, tick for tick. */
export function createMarket({ seed, tokens: count, startMs, stepMs }: MarketPlan): Market {
  const tokens = tokenSpecs(seed, count, startMs).map((spec, index) =>
    living(spec, { label: `${seed}/${index}`, startMs, stepMs }),
  )
  addPools(seed, tokens)
  const [sol] = tokens
  if (sol === undefined) throw new RangeError('A market needs at least one token.')
  let ticks = 0
  return {
    seed,
    tokens,
    pools: tokens.flatMap((token) => token.pools),
    sol,
    tickCount: () => ticks,
    nowMs: () => startMs + ticks * stepMs,
    tick() {
      ticks++
      for (const token of tokens) token.history.tick()
    },
  }
}

interface Beginning {
  readonly label: string
  readonly startMs: number
  readonly stepMs: number
}

function living(spec: TokenSpec, beginning: Beginning): Token {
  return {
    ...spec,
    id: `${spec.chain}:${comparable(spec.chain, spec.address)}`,
    history: history(spec.gait, { ...beginning, bornMs: spec.bornMs }),
    pools: [],
    quotedIn: [],
  }
}
