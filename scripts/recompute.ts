/**
 * Recomputes published prices from their own explanations, with nothing but docs/merge.md in hand: it shares no code
 * with the service, and works on the wire names.
 *
 *   node scripts/recompute.ts http://127.0.0.1:3000
 *
 * walks the whole board and compares every token to the last bit. Exit 0: all equal; 1: a difference, or nothing to check.
 */
import { isDeepStrictEqual } from 'node:util'

interface Statement {
  readonly source: string
  readonly pool: string | null
  readonly base: string | null
  readonly quote: string | null
  readonly price_usd: number | null
  readonly liquidity_usd: number | null
  readonly quote_side_usd: number | null
  readonly volume_24h_usd: number | null
  readonly observed_at: string
}

interface Outcome {
  readonly price_usd: number | null
  readonly status: string
  readonly source: string | null
  readonly pool: string | null
  readonly witnesses: readonly string[]
  readonly band: readonly [number, number] | null
}

interface LastGood {
  readonly price_usd: number
  readonly observed_at: string
  readonly pending: { readonly price_usd: number; readonly observed_at: string } | null
}

/** The part of an explanation's body that decides a price. */
export interface Explanation {
  readonly algo: string
  readonly id: string
  readonly now: string
  readonly result: Outcome
  readonly previous: LastGood | null
  readonly parameters: {
    readonly precedence: readonly string[]
    readonly max_age_ms: number
    readonly agree: number
    readonly outlier: number
    readonly min_liquidity_usd: number
    readonly jump: number
    readonly total: number
    readonly stale_limit_ms: number
    readonly trusted_quotes: Readonly<Record<string, readonly string[]>>
  }
  readonly inputs: readonly Statement[]
}

interface Voice {
  readonly source: string
  readonly pool: string | null
  readonly price: number
  readonly at: number
}

interface Weighed extends Voice {
  readonly depth: number | null
}

/** The price and everything published beside it, from an explanation's inputs, previous state and parameters alone. */
export function recompute(explanation: Explanation): Outcome {
  const { parameters, previous } = explanation
  const heard = heardOf(explanation)
  const voices = parameters.precedence.flatMap((source) => voiceOf(heard.filter((one) => one.source === source)))
  const winner = middle(voices.length % 2 === 0 ? voices.slice(0, voices.length - 1) : voices)
  if (winner === null) return silence(explanation)

  const sourcesWithin = (factor: number) => voices.filter(({ price }) => apart(price, winner.price) <= factor)
  const witnesses = sourcesWithin(parameters.agree).map(({ source }) => source)
  if (previous !== null && mustWait(winner, witnesses.length, previous, parameters.jump)) {
    return { price_usd: previous.price_usd, status: 'held', source: null, pool: null, witnesses, band: null }
  }
  const near = sourcesWithin(parameters.outlier).map(({ price }) => price)
  const accepted = heard.filter(({ price }) => apart(price, winner.price) <= parameters.outlier)
  const liquidity = liquidityOf(accepted, parameters)
  const isDeep = liquidity !== null && liquidity >= parameters.min_liquidity_usd
  const agreed = isDeep && voices.length > 1 ? 'ok' : 'thin'
  return {
    price_usd: winner.price,
    status: voices.length > 1 && witnesses.length < 2 ? 'disputed' : agreed,
    source: winner.source,
    pool: winner.pool,
    witnesses,
    band: [Math.min(...near), Math.max(...near)],
  }
}

function silence({ now, previous, parameters }: Explanation): Outcome {
  const nothing = { source: null, pool: null, witnesses: [], band: null }
  const isKept = previous !== null && Date.parse(now) - Date.parse(previous.observed_at) < parameters.stale_limit_ms
  if (!isKept) return { price_usd: null, status: 'unknown', ...nothing }
  return { price_usd: previous.price_usd, status: 'stale', ...nothing }
}

/** Is this a jump that one witness alone reports for the first time? */
function mustWait(winner: Voice, witnesses: number, { price_usd, pending }: LastGood, jump: number): boolean {
  if (witnesses >= 2 || apart(winner.price, price_usd) <= jump) return false
  const wasSeenBefore =
    pending !== null &&
    pending.price_usd > price_usd === winner.price > price_usd &&
    winner.at > Date.parse(pending.observed_at)
  return !wasSeenBefore
}

function heardOf({ id, now, parameters, inputs }: Explanation): readonly Weighed[] {
  const network = id.slice(0, id.indexOf(':'))
  const address = id.slice(network.length + 1)
  const trusted = parameters.trusted_quotes[network] ?? []
  const able = inputs.filter(
    ({ source, base, price_usd, observed_at }) =>
      (base === null || base === address) &&
      (known(price_usd) ?? 0) > 0 &&
      parameters.precedence.includes(source) &&
      Date.parse(now) - Date.parse(observed_at) <= parameters.max_age_ms,
  )
  return able
    .filter((one, index) => !able.some((other, at) => replaces({ ...other, at }, { ...one, at: index })))
    .map((one) => ({
      source: one.source,
      pool: one.pool,
      price: Number(one.price_usd),
      at: Date.parse(one.observed_at),
      depth: depthOf(one, trusted),
    }))
}

type Placed = Statement & { readonly at: number }

/** Of one source's statements on one pool one stays: the newest, then the cheapest, then the one listed first. */
function replaces(other: Placed, one: Placed): boolean {
  if (other.at === one.at || other.source !== one.source || other.pool !== one.pool) return false
  const later = Date.parse(other.observed_at) - Date.parse(one.observed_at)
  if (later !== 0) return later > 0
  const cheaper = Number(one.price_usd) - Number(other.price_usd)
  return cheaper !== 0 ? cheaper > 0 : other.at < one.at
}

function depthOf(one: Statement, trusted: readonly string[]): number | null {
  const claim = known(one.liquidity_usd)
  if (one.pool === null) return claim
  if (one.quote === null || !trusted.includes(one.quote)) return null
  const quoteSide = known(one.quote_side_usd)
  const proof = quoteSide === null ? known(one.volume_24h_usd) : quoteSide + quoteSide
  if (proof === null) return null
  if (claim === null) return quoteSide === null ? null : proof
  return claim < proof ? claim : proof
}

/** Nothing, or the one statement that a source speaks through. */
function voiceOf(ofSource: readonly Weighed[]): readonly Weighed[] {
  const pools = ofSource.filter(({ pool }) => pool !== null)
  if (pools.length === 0) return ofSource
  const walk = pools.toSorted((a, b) => a.price - b.price || (String(a.pool) < String(b.pool) ? -1 : 1))
  const runningWeights: number[] = []
  for (const { depth } of walk) runningWeights.push((runningWeights.at(-1) ?? 0) + Math.max(1, depth ?? 1))
  const whole = runningWeights.at(-1) ?? 0
  const half = runningWeights.findIndex((running) => running + running >= whole)
  return walk.slice(half, half + 1)
}

/** Takes the cheapest and the dearest away until one is left; of equal prices the earlier in precedence is cheaper. */
function middle(voters: readonly Voice[]): Voice | null {
  let left = [...voters]
  while (left.length > 1) {
    const cheapest = left.reduce((a, b) => (b.price < a.price ? b : a))
    const dearest = left.reduce((a, b) => (b.price >= a.price ? b : a))
    left = left.filter((one) => one !== cheapest && one !== dearest)
  }
  return left[0] ?? null
}

function liquidityOf(accepted: readonly Weighed[], { precedence, total }: Explanation['parameters']): number | null {
  const byPrecedence = precedence.flatMap((source) => accepted.filter((one) => one.source === source))
  const depthByPool = new Map<string, number>()
  for (const { pool, depth } of byPrecedence) {
    if (pool !== null && depth !== null && !depthByPool.has(pool)) depthByPool.set(pool, depth)
  }
  let sum: number | null = null
  for (const pool of [...depthByPool.keys()].sort()) sum = (sum ?? 0) + (depthByPool.get(pool) ?? 0)
  const own = byPrecedence.flatMap(({ pool, depth }) => (pool === null && depth !== null ? [depth] : []))
  const [largest, next] = [...(sum === null ? [] : [sum]), ...own].sort((a, b) => b - a)
  if (largest === undefined) return null
  return next !== undefined && largest > total * next ? next : largest
}

function known(quantity: number | null): number | null {
  return quantity === null || quantity < 0 || quantity > 1e15 ? null : quantity
}

function apart(a: number, b: number): number {
  return Math.max(a, b) / Math.min(a, b)
}

/** What the service published, in the shape of `recompute`. */
export function publishedIn({ result }: Explanation): Outcome {
  const { price_usd, status, source, pool, witnesses, band } = result
  return { price_usd, status, source, pool, witnesses, band }
}

async function* tokensOf(baseUrl: string): AsyncGenerator<{ network: string; address: string }> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = await read(`${baseUrl}/v1/tokens?limit=250${query}`)
    yield* page.data
    cursor = page.next_cursor
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a body of the service; a wrong shape shows as a difference
async function read(url: string): Promise<any> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response.json()
}

/** Checks every token of a running service; the exit code. */
async function check(baseUrl: string): Promise<number> {
  let equal = 0
  let differ = 0
  for await (const { network, address } of tokensOf(baseUrl)) {
    const url = `${baseUrl}/v1/tokens/${network}/${encodeURIComponent(address)}/explain`
    const explanation: Explanation = await read(url)
    const ours = recompute(explanation)
    if (isDeepStrictEqual(ours, publishedIn(explanation))) equal += 1
    else {
      differ += 1
      process.stderr.write(
        `${explanation.id}\n  published  ${JSON.stringify(publishedIn(explanation))}\n  recomputed ${JSON.stringify(ours)}\n`,
      )
    }
  }
  process.stdout.write(`${equal + differ} tokens, ${equal} equal, ${differ} differ\n`)
  return differ === 0 && equal > 0 ? 0 : 1
}

if (import.meta.main) {
  const [baseUrl] = process.argv.slice(2)
  if (baseUrl === undefined) process.stderr.write('usage: node scripts/recompute.ts <base url of a running service>\n')
  process.exitCode = baseUrl === undefined ? 2 : await check(baseUrl.replace(/\/+$/, ''))
}
