import type { Holder } from '../../../domain/access/team.ts'
import type { AccessStore } from '../../../ports/access-store.ts'
import type { Clock } from '../../../ports/clock.ts'

/** How long an answer of the store is believed while nothing else is heard of it. */
const BELIEVED_MS = 30_000
const ENTRIES_MAX = 10_000

/** What the store said about digests of keys, for a short time. Whether a key is over by the clock is not its business. */
export interface Holders {
  /** @returns undefined when the store has to be asked */
  known(digest: string): Holder | null | undefined
  /** Asks the store; who asks for the same digest meanwhile shares the answer. @throws StoreUnavailable */
  ask(digest: string): Promise<Holder | null>
  /** Believes nothing that was asked for before now. */
  forget(): void
  /** Drops what is too old. @returns true when nothing is left */
  tidy(): boolean
}

export interface HoldersDeps {
  readonly store: Pick<AccessStore, 'holder'>
  readonly clock: Pick<Clock, 'monotonicMs'>
  /** Called when there is something to keep up to date. */
  readonly onKept: () => void
}

export function holders({ store, clock, onKept }: HoldersDeps): Holders {
  // Apart, so that guesses of a stranger push out no key that is in use.
  const found: Kept = new Map()
  const absent: Kept = new Map()
  let asking = new Map<string, Promise<Holder | null>>()
  const isOld = ({ sinceMs }: Entry) => clock.monotonicMs() - sinceMs >= BELIEVED_MS
  const fetched = async (digest: string, among: typeof asking) => {
    const sinceMs = clock.monotonicMs()
    try {
      const holder = await store.holder(digest)
      // Something has changed since the question: the answer is good for those who asked, and for nobody after them.
      if (among === asking) {
        keep(holder === null ? absent : found, digest, { holder, sinceMs })
        onKept()
      }
      return holder
    } finally {
      among.delete(digest)
    }
  }
  return {
    known(digest) {
      const entry = found.get(digest) ?? absent.get(digest)
      return entry === undefined || isOld(entry) ? undefined : entry.holder
    },
    ask(digest) {
      const running = asking.get(digest)
      if (running !== undefined) return running
      const asked = fetched(digest, asking)
      asking.set(digest, asked)
      return asked
    },
    forget() {
      asking = new Map()
      found.clear()
      absent.clear()
    },
    tidy() {
      for (const kept of [found, absent]) for (const [digest, entry] of kept) if (isOld(entry)) kept.delete(digest)
      return found.size + absent.size === 0
    },
  }
}

interface Entry {
  readonly holder: Holder | null
  /** Monotonic time of the question. */
  readonly sinceMs: number
}
type Kept = Map<string, Entry>

/** The oldest goes when there are too many. */
function keep(kept: Kept, digest: string, entry: Entry): void {
  kept.delete(digest)
  kept.set(digest, entry)
  const oldest = kept.keys().next()
  if (kept.size > ENTRIES_MAX && oldest.done !== true) kept.delete(oldest.value)
}
