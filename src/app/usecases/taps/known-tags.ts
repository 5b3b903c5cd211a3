import { StoreUnavailable } from '../../../domain/errors.ts'
import { isTagUid } from '../../../domain/taps/tag.ts'
import type { Tag } from '../../../domain/taps/tap.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { TapStore } from '../../../ports/tap-store.ts'
import { available } from './available.ts'
import { PATIENCE_MS, within } from './patience.ts'

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
  const ask = async (uid: string) => {
    const tag = await store.tag(uid)
    if (tag === null) known.delete(uid)
    else keep(tag)
    return tag
  }
  return {
    async find(uid) {
      if (!isTagUid(uid)) return null
      const kept = known.get(uid)
      if (kept === undefined) return available(() => ask(uid))
      if (clock.monotonicMs() - kept.readAtMs < FRESH_MS) return kept.tag
      const asking = ask(uid).catch((error) => {
        if (error instanceof StoreUnavailable) return kept.tag
        throw error
      })
      return within(clock, PATIENCE_MS, { doing: asking, otherwise: kept.tag })
    },
    forget: (uid) => void known.delete(uid),
  }
}
