import { StoreUnavailable } from '../../src/domain/errors.ts'
import type { KeptQuota, QuotaKeeper } from '../../src/ports/quota-keeper.ts'

/** Keeps in memory. It passes the contract of the real one, and can be made to fail, or to take its time. */
export interface MemoryQuotaKeeper extends QuotaKeeper {
  fails: 'never' | 'to load' | 'to save'
  /** It waits for this before it answers. */
  answer: Promise<void>
  readonly kept: Map<string, KeptQuota>
}

export function memoryQuotaKeeper(): MemoryQuotaKeeper {
  const kept = new Map<string, KeptQuota>()
  return {
    kept,
    fails: 'never',
    answer: Promise.resolve(),
    async load() {
      await this.answer
      if (this.fails === 'to load') throw new StoreUnavailable('away')
      return [...kept.values()]
    },
    async save(changed) {
      await this.answer
      if (this.fails === 'to save') throw new StoreUnavailable('away')
      for (const quota of changed) {
        if (quota.takenAtMs.length === 0) kept.delete(quota.key)
        else kept.set(quota.key, quota)
      }
    },
  }
}
