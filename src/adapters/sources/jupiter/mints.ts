import { z } from 'zod'
import { addressOf, canonicalAddress, tokenId } from '../../../domain/tokens/identity.ts'
import {
  NO_WINDOWS,
  type Observation,
  type PerWindow,
  perWindow,
  type SourceWindow,
} from '../../../domain/tokens/observation.ts'
import type { SourceAnswer } from '../../../ports/token-source.ts'
import { answer, isPrice, observation, openEnvelope, type Question, type Reading, rows } from '../shape/answer.ts'
import { amount, at, isoMs, sumOfSides, text, toNumber } from '../shape/fields.ts'
import { nameLabel, symbolLabel } from '../shape/label.ts'
import type { MintPrice } from './prices.ts'

/** The fields of a mint that we need. A key is absent, not null, when the service does not know. */
const mintSchema = z.object({
  symbol: text,
  name: text,
  usdPrice: amount,
  liquidity: amount,
  mcap: amount,
  fdv: amount,
  firstPool: z.object({ createdAt: isoMs }).nullish().catch(null),
  updatedAt: isoMs,
})
type Mint = z.infer<typeof mintSchema>

type Prices = ReadonlyMap<string, MintPrice>
const NO_PRICES: Prices = new Map()

/**
 * Rows of `tokens/v2/*`: statements about tokens as a whole, Solana only.
 * @param prices fill in for asked mints whose row has no price, or that have no row
 * @throws SourceError `bad_body`
 */
export function parseMints(body: unknown, question: Question, prices: Prices = NO_PRICES): SourceAnswer {
  const list = openEnvelope(rows, body)
  const read = list.map((row) => readMint(row, prices, question.observedAtMs))
  const listed = new Set(list.map((row) => at(row, 'id')))
  const bare = question.asked.map(addressOf).filter((mint) => !listed.has(mint))
  return answer('jupiter', question, [...read, ...bare.map((mint) => readBarePrice(mint, prices))])
}

function readMint(row: unknown, prices: Prices, observedAtMs: number): Reading {
  const id = at(row, 'id')
  const mint = typeof id === 'string' ? canonicalAddress('solana', id) : null
  if (mint === null) return null
  const parsed = mintSchema.safeParse(row)
  if (!parsed.success) return { id: tokenId('solana', mint), reason: 'bad_row' }
  const said = statement(mint, parsed.data.usdPrice, observedAtMs)
  if (said !== null) return { ...said, ...factsOf(parsed.data, row) }
  const priced = priceStatement(mint, prices, observedAtMs)
  if (priced === null) return { id: tokenId('solana', mint), reason: 'no_price' }
  return joined({ ...priced, ...factsOf(parsed.data, row) }, priced)
}

/** What the row leaves open is taken from the price entry; what both say stays the row's. */
function joined(row: Observation, priced: Observation): Observation {
  const change24h = row.changePct['24h'] ?? priced.changePct['24h']
  return {
    ...row,
    liquidityUsd: row.liquidityUsd ?? priced.liquidityUsd,
    changePct: { ...row.changePct, '24h': change24h },
  }
}

function readBarePrice(mint: string, prices: Prices): Reading {
  return priceStatement(mint, prices, Number.POSITIVE_INFINITY)
}

/** @param rowAtMs when the row arrived: a statement joined of two answers is as old as the older one */
function priceStatement(mint: string, prices: Prices, rowAtMs: number): Observation | null {
  const price = prices.get(mint)
  if (price === undefined) return null
  const said = statement(mint, price.priceUsd, Math.min(price.observedAtMs, rowAtMs))
  const changePct = { ...NO_WINDOWS, '24h': price.changePct24h }
  return said === null ? null : { ...said, liquidityUsd: price.liquidityUsd, changePct }
}

function statement(mint: string, priceUsd: number | null, observedAtMs: number): Observation | null {
  if (!isPrice(priceUsd)) return null
  return observation({ source: 'jupiter', network: 'solana', token: mint, priceUsd, observedAtMs }, { base: mint })
}

function factsOf(mint: Mint, row: unknown): Partial<Observation> {
  return {
    symbol: symbolLabel(mint.symbol),
    name: nameLabel(mint.name),
    liquidityUsd: mint.liquidity,
    volumeUsd: perStats(row, (stats) => sumOfSides(at(stats, 'buyVolume'), at(stats, 'sellVolume'))),
    txns: perStats(row, (stats) => sumOfSides(at(stats, 'numBuys'), at(stats, 'numSells'))),
    changePct: perStats(row, (stats) => toNumber(at(stats, 'priceChange'))),
    marketCapUsd: mint.mcap,
    marketCapBasis: mint.mcap === null ? null : 'circulating',
    fdvUsd: mint.fdv,
    createdAtMs: mint.firstPool?.createdAt ?? null,
    sourceAtMs: mint.updatedAt,
  }
}

/** A window whose object is there was counted: a side it leaves out is 0. A window without an object is unknown. */
function perStats(row: unknown, read: (stats: object) => number | null): PerWindow<number | null> {
  return perWindow((window: SourceWindow) => {
    const stats = at(row, `stats${window}`)
    return typeof stats === 'object' && stats !== null ? read(stats) : null
  })
}
