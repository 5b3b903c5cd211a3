import { poolPriceUsd, type View } from './facts.ts'
import type { Pool, Token } from './model.ts'
import { randomOf } from './random.ts'

const STEP_MS = 900_000
export const PAST_DAYS = 180
const PAST_STEPS = ((PAST_DAYS + 1) * 86_400_000) / STEP_MS
/** Pasts are made when first asked for; so many tokens' are remembered. */
const PASTS_KEPT = 50

/** `[open time in seconds, open, high, low, close, volume]` */
export type Candle = readonly [number, number, number, number, number, number]

interface Point {
  readonly atMs: number
  readonly priceUsd: number
  readonly volumeUsd: number
}

const pasts = new WeakMap<Token, readonly Point[]>()
const remembered: Token[] = []

/**
 * The half year before the market's minutes begin, one point per quarter of an hour, walked backwards from there.
 * Nothing but candles ever looks that far back.
 */
export function pastOf(token: Token, first: { readonly atMs: number; readonly priceUsd: number }): readonly Point[] {
  const known = pasts.get(token)
  if (known !== undefined) return known
  const random = randomOf(token.id, 'past')
  const { gait } = token
  const points: Point[] = []
  let priceUsd = first.priceUsd
  const startMs = Math.floor(first.atMs / STEP_MS) * STEP_MS
  for (let i = 1; i <= PAST_STEPS; i++) {
    const atMs = startMs - i * STEP_MS
    if (atMs < token.bornMs) break
    priceUsd *= Math.exp(gait.volatility * Math.sqrt(STEP_MS / 1000) * random.gauss() * 0.5)
    points.push({
      atMs,
      priceUsd,
      volumeUsd: gait.tradesPerSecond * gait.tradeUsd * (STEP_MS / 1000) * random.between(0.5, 1.5),
    })
  }
  points.reverse()
  remember(token, points)
  return points
}

function remember(token: Token, points: readonly Point[]): void {
  pasts.set(token, points)
  remembered.push(token)
  const oldest = remembered.length > PASTS_KEPT ? remembered.shift() : undefined
  if (oldest !== undefined) pasts.delete(oldest)
}

/** Everything known of a token's price up to the view's moment, oldest first, with what traded since the point before. */
function pointsOf(view: View, token: Token): Point[] {
  const minutes = token.history.minutes().filter((sample) => sample.atMs <= view.atMs)
  const now = { ...token.history.at(view.atMs), atMs: view.atMs }
  const samples = [...minutes, now]
  const [first = now] = samples
  const points: Point[] = [...pastOf(token, { atMs: first.atMs, priceUsd: token.gait.startUsd })]
  let counted = first.volumeUsd
  for (const { atMs, priceUsd, volumeUsd } of samples) {
    points.push({ atMs, priceUsd, volumeUsd: volumeUsd - counted })
    counted = volumeUsd
  }
  return points
}

export interface CandleQuery {
  readonly intervalMs: number
  /** Candles that open before this moment. */
  readonly beforeMs: number
  readonly limit: number
  readonly side: 'base' | 'quote'
}

/**
 * Newest first. Each candle opens where the one before it closed; an interval without a point has no candle. While the
 * newest one still runs it stands there twice, first as it was a moment ago: the later of the two is right.
 */
export function candles(view: View, pool: Pool, query: CandleQuery): Candle[] {
  const factor = sideFactor(view, pool, query.side)
  const buckets = new Map<number, Candle>()
  let close: number | null = null
  for (const { atMs, priceUsd, volumeUsd } of pointsOf(view, pool.base)) {
    const openS = (Math.floor(atMs / query.intervalMs) * query.intervalMs) / 1000
    const price = factor(priceUsd)
    const [, open, high, low, , volume] = buckets.get(openS) ?? [
      openS,
      close ?? price,
      close ?? price,
      close ?? price,
      0,
      0,
    ]
    const traded = volume + volumeUsd * pool.share
    buckets.set(openS, [openS, open, Math.max(high, price), Math.min(low, price), price, traded])
    close = price
  }
  const shown = [...buckets.values()]
    .filter(([openS]) => openS * 1000 < query.beforeMs)
    .reverse()
    .slice(0, query.limit)
  const [running] = shown
  if (running === undefined || running[0] * 1000 + query.intervalMs <= view.atMs) return shown
  const [openS, open, high, low, , volume] = running
  return [[openS, open, high, low, open, volume * 0.9], ...shown]
}

/** What turns the base token's USD price into the price of the pool's side asked for. */
function sideFactor(view: View, pool: Pool, side: 'base' | 'quote'): (priceUsd: number) => number {
  if (side === 'quote') return () => pool.quote.history.at(view.atMs).priceUsd
  const ratio = poolPriceUsd(view, pool) / pool.base.history.at(view.atMs).priceUsd
  return (priceUsd) => priceUsd * ratio
}
