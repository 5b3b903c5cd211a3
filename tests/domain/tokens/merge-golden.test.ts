import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { TokenId } from '../../../src/domain/tokens/identity.ts'
import { mergeToken } from '../../../src/domain/tokens/merge.ts'
import type { Input, LastGood, Merged, PoolFact, Sourced, Total } from '../../../src/domain/tokens/merged.ts'
import { NO_WINDOWS, type Observation, type PerWindow, perWindow } from '../../../src/domain/tokens/observation.ts'
import { mergeParameters } from '../../../src/domain/tokens/parameters.ts'

/** Cases computed by another implementation; they lie beside the checkout on some machines and are not part of it. */
const VECTORS = new URL('../../../../shared/data/merge1-vectors.json', import.meta.url)
const title = 'golden cases of another implementation (skipped where their file is not beside the checkout)'

type Json = Record<string, unknown>
interface Vector {
  readonly name: string
  readonly now_ms: number
  readonly previous: Json | null
  readonly observations: readonly Json[]
  readonly expect: Json & {
    id: TokenId
    result: Json
    pools: Json[]
    inputs: Json[]
    steps: Json & { said: Json }
    state: Json | null
  }
}

describe.skipIf(!existsSync(VECTORS))(title, () => {
  const vectors: readonly Vector[] = existsSync(VECTORS) ? JSON.parse(readFileSync(VECTORS, 'utf8')) : []
  const parameters = mergeParameters(['dexscreener', 'jupiter', 'geckoterminal', 'coingecko'])

  it('are nine', () => {
    expect(vectors).toHaveLength(9)
  })

  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s: every field is equal', (_, vector) => {
    const merged = mergeToken(vector.observations.map(readObservation), {
      id: vector.expect.id,
      previous: readLastGood(vector.previous),
      nowMs: vector.now_ms,
      parameters,
    })
    const { result, pools, inputs, steps, state } = vector.expect
    expect(showResult(merged, vector.now_ms)).toStrictEqual(result)
    expect(merged.pools.map(showPool)).toStrictEqual(pools)
    expect(byPlace(merged.inputs.map(showInput))).toStrictEqual(byPlace(inputs))
    expect(showSteps(merged)).toStrictEqual(steps)
    expect(showLastGood(merged.state)).toStrictEqual(state)
  })
})

function readObservation(json: Json): Observation {
  const { volume_usd, txns, change_pct } = json
  return {
    source: json['source'],
    network: json['network'],
    token: json['token'],
    pool: json['pool'] ?? null,
    dex: json['dex'] ?? null,
    base: json['base'] ?? null,
    quote: json['quote'] ?? null,
    symbol: json['symbol'] ?? null,
    name: null,
    quoteSymbol: null,
    priceUsd: json['price_usd'] ?? null,
    liquidityUsd: json['liquidity_usd'] ?? null,
    quoteSideUsd: json['quote_side_usd'] ?? null,
    volumeUsd: { ...NO_WINDOWS, ...(volume_usd ?? {}) },
    txns: { ...NO_WINDOWS, ...(txns ?? {}) },
    changePct: { ...NO_WINDOWS, ...(change_pct ?? {}) },
    marketCapUsd: json['market_cap_usd'] ?? null,
    marketCapBasis: json['market_cap_basis'] ?? null,
    fdvUsd: json['fdv_usd'] ?? null,
    createdAtMs: json['created_at_ms'] ?? null,
    observedAtMs: json['observed_at_ms'],
    sourceAtMs: json['source_at_ms'] ?? null,
  } as Observation
}

function readLastGood(json: Json | null): LastGood | null {
  if (json === null) return null
  const pending = json['pending'] as Json | undefined
  return {
    priceUsd: json['price_usd'] as number,
    observedAtMs: json['observed_at_ms'] as number,
    pending: pending ? { priceUsd: pending['price_usd'], observedAtMs: pending['observed_at_ms'] } : null,
  } as LastGood
}

function showLastGood(state: LastGood | null): Json | null {
  if (state === null) return null
  const { priceUsd, observedAtMs, pending } = state
  const shown = { price_usd: priceUsd, observed_at_ms: observedAtMs }
  if (pending === null) return shown
  return { ...shown, pending: { price_usd: pending.priceUsd, observed_at_ms: pending.observedAtMs } }
}

function showResult(merged: Merged, nowMs: number): Json {
  const { observedAtMs } = merged
  return {
    price_usd: merged.priceUsd,
    status: merged.status,
    source: merged.source,
    pool: merged.pool,
    band: merged.band,
    observed_at_ms: observedAtMs,
    age_ms: observedAtMs === null ? null : nowMs - observedAtMs,
    volume_usd: perWindow((window) => showTotal(merged.volumeUsd[window])),
    txns: perWindow((window) => showTotal(merged.txns[window])),
    liquidity_usd: showTotal(merged.liquidityUsd),
    market_cap_usd: showSourced(merged.marketCapUsd),
    market_cap_basis: merged.marketCapBasis,
    fdv_usd: showSourced(merged.fdvUsd),
    change_pct: perWindow((window) => showSourced(merged.changePct[window])),
    dex: merged.dex?.value ?? null,
    pool_count: merged.pools.length,
    created_at_ms: merged.createdAtMs?.value ?? null,
  }
}

function showTotal({ chosen }: Total): Json | null {
  return chosen === null ? null : { value: chosen.value, source: chosen.source }
}

function showSourced(sourced: Sourced<number> | null): Json | null {
  if (sourced === null) return null
  return { value: sourced.value, source: sourced.source, observed_at_ms: sourced.observedAtMs }
}

function showPool(fact: PoolFact): Json {
  return {
    pool: fact.pool,
    dex: fact.dex,
    witnesses: fact.witnesses,
    depth: fact.depthUsd,
    created_at_ms: fact.createdAtMs,
    volume_usd: fact.volumeUsd satisfies PerWindow<number | null>,
    txns: fact.txns,
  }
}

function showInput({ observation, depthUsd, ageMs, weight, accepted, reason }: Input): Json {
  return {
    source: observation.source,
    pool: observation.pool,
    dex: observation.dex,
    base: observation.base,
    quote: observation.quote,
    price_usd: observation.priceUsd,
    liquidity_usd: observation.liquidityUsd,
    quote_side_usd: observation.quoteSideUsd,
    volume_24h_usd: observation.volumeUsd['24h'],
    depth_usd: depthUsd,
    observed_at_ms: observation.observedAtMs,
    age_ms: ageMs,
    weight,
    accepted,
    reason,
  }
}

function showSteps(merged: Merged): Json {
  const chosen = merged.said.find((one) => one.priceUsd === merged.candidateUsd && merged.voters.includes(one.source))
  return {
    said: Object.fromEntries(
      merged.said.map(({ source, priceUsd, pool }) => [source, { price_usd: priceUsd, pool }] as const),
    ),
    voters: merged.voters,
    chosen: chosen?.source ?? null,
    candidate_usd: merged.candidateUsd,
    witnesses: merged.witnesses,
    previous: showLastGood(merged.previous),
  }
}

/** The other implementation lists inputs in an order of its own. */
function byPlace(inputs: readonly Json[]): readonly Json[] {
  const place = (input: Json) => `${input['source']} ${input['pool']}`
  return inputs.toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
}
