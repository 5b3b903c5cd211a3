import { type ApiKey, endOf } from '../../../domain/access/team.ts'
import type { AccessStore } from '../../../ports/access-store.ts'

/** Keys that somebody wants to be told the end of. */
export interface Watches {
  add(key: ApiKey, onEnd: () => void): () => void
  isEmpty(): boolean
  /** From now on nothing that is known of the keys is believed. */
  doubt(): void
  /** Ends those that are over by the clock, as far as they are known. */
  endDue(nowMs: number): void
  /** Asks the store about those in doubt. @throws StoreUnavailable: they stay in doubt */
  check(nowMs: () => number): Promise<void>
}

/** So many keys are asked for at once: more would keep the store from its other work. */
const ASKED_AT_ONCE = 20

/** @param onFault told what a listener throws */
export function watches(store: Pick<AccessStore, 'key'>, onFault: (error: unknown) => void): Watches {
  const watched = new Map<string, Watched>()
  const end = (id: string) => {
    const listeners = watched.get(id)?.listeners ?? []
    watched.delete(id)
    for (const { onEnd } of listeners) {
      try {
        onEnd()
      } catch (error) {
        onFault(error)
      }
    }
  }
  const checkOne = async (one: Watched, nowMs: () => number) => {
    one.inDoubt = false
    try {
      const key = await store.key(one.key.id)
      if (key !== null) one.key = key
      if (key === null || endOf(key) <= nowMs()) end(one.key.id)
    } catch (error) {
      one.inDoubt = true
      throw error
    }
  }
  return {
    add(key, onEnd) {
      // In doubt: it may have been revoked since it was looked up.
      const one = watched.get(key.id) ?? { key, listeners: new Set(), inDoubt: true }
      const listener = { onEnd }
      watched.set(key.id, one)
      one.listeners.add(listener)
      return () => {
        one.listeners.delete(listener)
        if (one.listeners.size === 0 && watched.get(key.id) === one) watched.delete(key.id)
      }
    },
    isEmpty: () => watched.size === 0,
    doubt() {
      for (const one of watched.values()) one.inDoubt = true
    },
    endDue(nowMs) {
      for (const [id, { key }] of watched) if (endOf(key) <= nowMs) end(id)
    },
    async check(nowMs) {
      const doubtful = [...watched.values()].filter(({ inDoubt }) => inDoubt)
      for (let at = 0; at < doubtful.length; at += ASKED_AT_ONCE) {
        await Promise.all(doubtful.slice(at, at + ASKED_AT_ONCE).map((one) => checkOne(one, nowMs)))
      }
    },
  }
}

interface Watched {
  key: ApiKey
  readonly listeners: Set<{ readonly onEnd: () => void }>
  inDoubt: boolean
}
