import { ServiceError, StoreUnavailable } from '../../../domain/errors.ts'
import type { PriceStore } from '../../../ports/price-store.ts'

/** What is read of the store to answer questions. */
export type Readable = Pick<PriceStore, 'state' | 'coins' | 'dashboard' | 'pieces' | 'boundaries' | 'extent' | 'tokens'>

/** The same store, whose failures say to a client what they mean for him. */
export function available(store: Readable): Readable {
  return {
    state: () => store.state(),
    coins: () => answered(store, () => store.coins()),
    dashboard: (...asked) => answered(store, () => store.dashboard(...asked)),
    pieces: (...asked) => answered(store, () => store.pieces(...asked)),
    boundaries: (...asked) => answered(store, () => store.boundaries(...asked)),
    extent: (...asked) => answered(store, () => store.extent(...asked)),
    tokens: () => answered(store, () => store.tokens()),
  }
}

async function answered<T>(store: Readable, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    const isOpening = store.state().status === 'opening'
    const sentence = isOpening ? 'The price history is being opened.' : 'The price history cannot be read just now.'
    throw new ServiceError('history_unavailable', `${sentence} Live prices are not touched by that.`, { cause: error })
  }
}
