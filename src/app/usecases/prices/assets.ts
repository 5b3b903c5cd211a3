import { ServiceError } from '../../../domain/errors.ts'
import type { Coin } from '../../../domain/prices/coin.ts'
import { folded } from '../../../domain/prices/text.ts'
import type { Asset } from '../../../ports/price-store.ts'
import type { AssetDetail, AssetLabel } from '../../../ports/prices.ts'
import type { Readable } from './available.ts'
import { lastBefore } from './reading.ts'

const NAMED_MAX = 5
const NAME_LENGTH_MAX = 40

/** The coins of these symbols, each once, in the order asked. @throws ServiceError `coin_not_found` naming those that there are not */
export async function coinsOf(store: Readable, symbols: readonly string[]): Promise<Coin[]> {
  const coins = await store.coins()
  const bySymbol = new Map(coins.map((coin) => [folded(coin.symbol), coin]))
  const unknown = symbols.filter((symbol) => !bySymbol.has(folded(symbol)))
  if (unknown.length > 0) throw notFound(unknown, coins.length === 0)
  return [...new Set(symbols.map(folded))].flatMap((symbol) => bySymbol.get(symbol) ?? [])
}

/** @throws ServiceError `coin_not_found` */
export async function coinOf(store: Readable, symbol: string): Promise<Coin> {
  const [coin] = await coinsOf(store, [symbol])
  if (coin === undefined) throw notFound([symbol], false)
  return coin
}

export async function find(store: Readable, nameOrSymbol: string): Promise<Coin | null> {
  const coins = await store.coins()
  const text = folded(nameOrSymbol)
  const isIt = (value: string) => folded(value) === text
  return coins.find(({ name }) => isIt(name)) ?? coins.find(({ symbol }) => isIt(symbol)) ?? null
}

/**
 * The asset as the store writes it, and the times of its records.
 * @throws ServiceError `coin_not_found`, `token_not_found`
 */
export async function known(store: Readable, asked: Asset) {
  const asset: Asset =
    asked.kind === 'coin' ? { kind: 'coin', symbol: (await coinOf(store, asked.symbol)).symbol } : asked
  const extent = await store.extent(asset)
  if (extent !== null) return { asset, ...extent }
  if (asset.kind === 'coin') throw notFound([asset.symbol], false)
  throw new ServiceError('token_not_found', 'Nothing was recorded of this token.')
}

export async function detail(store: Readable, asked: Asset, nowMs: number): Promise<AssetDetail> {
  const { asset, grain, firstMs, lastMs } = await known(store, asked)
  const last = await lastBefore({ store, asset, grain, asOfMs: nowMs }, lastMs + 1, firstMs)
  return { ...(await labelOf(store, asset)), grain, close: last?.close ?? null }
}

async function labelOf(store: Readable, asset: Asset): Promise<AssetLabel> {
  if (asset.kind === 'coin') return { asset, ...(await coinOf(store, asset.symbol)) }
  const label = (await store.tokens()).find(({ id }) => id === asset.id)
  return { asset, symbol: label?.symbol ?? null, name: label?.name ?? null }
}

export async function search(store: Readable, text: string, limit: number): Promise<readonly AssetLabel[]> {
  const prefix = folded(text)
  const begins = (value: string | null) => value !== null && folded(value).startsWith(prefix)
  const coins = (await store.coins()).filter(({ symbol, name }) => begins(symbol) || begins(name))
  const tokens = (await store.tokens()).filter(({ id, symbol, name }) => begins(symbol) || begins(name) || begins(id))
  const labels = [
    ...coins.map((coin) => ({ asset: { kind: 'coin', symbol: coin.symbol } as const, ...coin })),
    ...tokens.map(({ id, symbol, name }) => ({ asset: { kind: 'token', id } as const, symbol, name })),
  ]
  return labels.slice(0, limit)
}

function notFound(symbols: readonly string[], isEmpty: boolean): ServiceError {
  const named = symbols.slice(0, NAMED_MAX).map((symbol) => symbol.slice(0, NAME_LENGTH_MAX))
  const more = symbols.length > NAMED_MAX ? ` and ${symbols.length - NAMED_MAX} more` : ''
  const hint = isEmpty ? ' No coin was imported yet: `npm run cli -- import coins <files>` does that.' : ''
  return new ServiceError('coin_not_found', `There is no coin ${named.join(', ')}${more}.${hint}`)
}
