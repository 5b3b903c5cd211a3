import { type Flaw, ServiceError } from '../../../domain/errors.ts'
import { isTagUid, readTagName, readTargetUrl } from '../../../domain/taps/tag.ts'
import { isBehind, readTagCursor, type TagPlace, writeTagCursor } from '../../../domain/taps/tag-cursor.ts'
import type { Tag } from '../../../domain/taps/tap.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { TapStore } from '../../../ports/tap-store.ts'
import type { TagPage, TagWish, TapService } from '../../../ports/taps.ts'
import { ownTag, tagNotFound } from './analytics.ts'

export interface TagDeps {
  readonly store: Pick<TapStore, 'tag' | 'tags' | 'addTag' | 'changeTag' | 'removeTag'>
  readonly clock: Clock
  /** One that hardly any tag has: from 1 to TAG_UID_MAX in decimal digits. */
  readonly randomUid: () => string
  /** The id of a token in its comparing form; null when the text cannot be one. */
  readonly readTokenId: (text: string) => string | null
}

/** A random uid of sixty-three bits is taken less than once in a life; another one is tried all the same. */
const TRIES = 3

type Tags = Pick<TapService, 'tags' | 'addTag' | 'changeTag' | 'removeTag'>
type Wanted = Pick<Tag, 'name' | 'tokenId' | 'targetUrl'>

/** A team's tags. May throw StoreUnavailable. */
export function tapTags(deps: TagDeps): Tags {
  const { store, clock, randomUid } = deps
  return {
    async tags(teamId, { limit, cursor }) {
      const place = cursor === null ? null : readTagCursor(cursor)
      if (cursor !== null && place === null) throw new ServiceError('invalid_cursor', 'This is not a cursor of tags.')
      return pageOf(await store.tags(teamId), place, limit)
    },
    async addTag(teamId, { uid, ...wish }) {
      if (uid !== null && !isTagUid(uid)) throw invalid([flaw('uid', 'Decimal digits, from 1 to 9223372036854775807.')])
      const wanted = read(deps, wish, { name: null, tokenId: null, targetUrl: null })
      for (let tries = uid === null ? TRIES : 1; tries > 0; tries -= 1) {
        const tag = { ...wanted, uid: uid ?? randomUid(), teamId, createdAtMs: clock.nowMs() }
        const added = await store.addTag(tag)
        if (added !== 'taken') return added
      }
      throw new ServiceError('tag_taken', 'There is, or was, a tag of this uid.')
    },
    async changeTag(teamId, uid, wish) {
      const tag = await ownTag(store, teamId, uid)
      const changed = await store.changeTag({ teamId, uid, ...read(deps, wish, tag) })
      if (changed === null) throw tagNotFound()
      return changed
    },
    async removeTag(teamId, uid) {
      if (!isTagUid(uid) || !(await store.removeTag(teamId, uid))) throw tagNotFound()
    },
  }
}

/** Cut out of all tags of the team, which analytics read whole too. */
function pageOf(all: readonly Tag[], place: TagPlace | null, limit: number): TagPage {
  const rest = place === null ? all : all.filter((tag) => isBehind(tag, place))
  const tags = rest.slice(0, limit)
  const last = tags.at(-1)
  return { tags, nextCursor: last === undefined || rest.length <= limit ? null : writeTagCursor(last) }
}

/** @throws ServiceError `invalid_body` that names every flaw */
function read({ readTokenId }: TagDeps, wish: TagWish, current: Wanted): Wanted {
  const flaws: Flaw[] = []
  const one = (key: keyof TagWish, reader: (text: string) => string | null, hint: Flaw) => {
    const given = wish[key]
    if (given === undefined || given === null) return given === null ? null : current[key]
    const value = reader(given)
    if (value === null) flaws.push(hint)
    return value
  }
  const wanted = {
    name: one('name', readTagName, flaw('name', '1 to 100 printable characters.')),
    tokenId: one('tokenId', readTokenId, flaw('token_id', 'A token as network:address, like solana:So111….')),
    targetUrl: one('targetUrl', readTargetUrl, flaw('target_url', TARGET_HINT)),
  }
  if (flaws.length > 0) throw invalid(flaws)
  return wanted
}

const TARGET_HINT =
  'An https address of at most 2048 characters whose host is a public name, without user and password.'

function flaw(path: string, message: string): Flaw {
  return { in: 'body', path, message }
}

function invalid(flaws: readonly Flaw[]): ServiceError {
  return new ServiceError('invalid_body', `Not valid: ${flaws.map(({ path }) => path).join(', ')}.`, { flaws })
}
