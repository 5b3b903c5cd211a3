import { ServiceError } from '../../../domain/errors.ts'
import type { Asset } from '../../../ports/price-store.ts'
import { known } from './assets.ts'
import type { Readable } from './available.ts'
import type { Series } from './reading.ts'

export interface Recorded extends Series {
  /** Opening time of the first record that was published then; null when there was none yet. */
  readonly firstMs: number | null
}

/** @throws ServiceError `coin_not_found`, `token_not_found` */
export async function recorded(store: Readable, asked: Asset, asOfMs: number): Promise<Recorded> {
  const { asset, grain, firstMs, lastMs } = await known(store, asked)
  const [first] = await store.pieces(asset, grain, { fromMs: firstMs, toMs: lastMs + 1 }, asOfMs, 1)
  return { store, asset, grain, asOfMs, firstMs: first?.openTimeMs ?? null }
}

/** A parameter that has the right shape and still cannot be answered. */
export function refused(path: string, message: string): ServiceError {
  const flaws = [{ in: 'query', path, message } as const]
  return new ServiceError('invalid_parameter', `Not valid: ${path}. ${message}`, { flaws })
}
