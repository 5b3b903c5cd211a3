import { StoreUnavailable } from '../../../domain/errors.ts'
import type { Readable } from './available.ts'

/** A history that is never there. @param reason a sentence for the operator */
export function noStore(reason: string): Readable {
  const refuse = async (): Promise<never> => {
    throw new StoreUnavailable(reason)
  }
  return {
    state: () => ({ status: 'failed', reason }),
    coins: refuse,
    dashboard: refuse,
    pieces: refuse,
    boundaries: refuse,
    extent: refuse,
    tokens: refuse,
  }
}
