import { StoreUnavailable } from '../../../domain/errors.ts'
import { isTagUid } from '../../../domain/taps/tag.ts'
import type { Tag } from '../../../domain/taps/tap.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { TapStore } from '../../../ports/tap-store.ts'
import { unavailable } from './available.ts'

/** For so long a change that another instance made may go unseen. */
const FRESH_MS = 5_000
const KEPT_MAX = 10_000

/** Tags as the people who tap them need them: those that were tapped before are known even while the store is away. */
export interface KnownTags {
  /** @throws ServiceError `taps_unavailable` when the store is away and the tag was never seen here */
  find(uid: string): Promise<Tag | null>
  /** It was changed or removed here. */
  forget(uid: string): void
}

export function knownTags({ store, clock }: { store: Pick<TapStore, 'tag'>; clock: Clock }): KnownTags {
  const known = new Map<string, { readonly tag: Tag; readonly readAtMs: number }>()
  const keep = (tag: Tag) => {
    known.delete(tag.uid)
    known.set(tag.uid, { tag, readAtMs: clock.monotonicMs() })
    const [oldest] = known.keys()
    if (known.size > KEPT_MAX && oldest !== undefined) known.delete(oldest)
  }
  return {
    async find(uid) {
      if (!isTagUid(uid)) return null
      const kept = known.get(uid)
      if (kept !== undefined && clock.monotonicMs() - kept.readAtMs < FRESH_MS) return kept.tag
      try {
        const tag = await store.tag(uid)
        if (tag === null) known.delete(uid)
        else keep(tag)
        return tag
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        if (kept === undefined) throw unavailable(error)
        return kept.tag
      }
    },
    forget: (uid) => void known.delete(uid),
  }
}
