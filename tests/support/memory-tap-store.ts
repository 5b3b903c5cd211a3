import { ServiceError, StoreUnavailable } from '../../src/domain/errors.ts'
import type { Tag, Tap, TapFate } from '../../src/domain/taps/tap.ts'
import type { BatchFate, RecentChange, TapBatch, TapStore } from '../../src/ports/tap-store.ts'
import { boundariesOf } from './calendar.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** A tap that was counted. */
interface Counted {
  readonly tag: string
  readonly count: number
  readonly atMs: number
  /** False: it came without a time. */
  readonly hasTime: boolean
}
interface Answer {
  readonly fingerprint: string
  readonly fates: readonly TapFate[]
  readonly atMs: number
}

/** Tags and taps that are simple enough to be believed, for tests. They pass the contract of the real ones. */
export interface MemoryTapStore extends TapStore {
  /** From now on every method throws StoreUnavailable with this message; null ends that. */
  fail(reason: string | null): void
  /** From now on `recent` leaves out what is there now, as after a while. */
  age(): void
  /** Ids of all teams that an import has created. */
  readonly teams: ReadonlySet<number>
}

/** Whose tap it is, and whose the name of its event. */
interface Source {
  readonly teamId: number
  readonly giver: number | 'import'
}

export function memoryTapStore(): MemoryTapStore {
  const tags = new Map<string, { tag: Tag; isRemoved: boolean }>()
  const events = new Map<string, Counted>()
  const counted = new Map<number, Counted[]>()
  const answers = new Map<string, Answer>()
  const teams = new Set<number>()
  let changes: (RecentChange & { readonly teamId: number })[] = []
  let changed = 0
  let failure: string | null = null
  const check = () => {
    if (failure !== null) throw new StoreUnavailable(failure)
  }
  const present = (uid: string) => {
    const known = tags.get(uid)
    return known === undefined || known.isRemoved ? null : known.tag
  }
  const ownTag = (teamId: number, uid: string) => (present(uid)?.teamId === teamId ? present(uid) : null)

  const judge = ({ teamId, giver }: Source, tap: Tap, nowMs: number): TapFate => {
    const key = `${giver} ${tap.id}`
    const known = events.get(key)
    if (known !== undefined) return isSame(known, tap) ? 'duplicate' : 'id_reused'
    if (ownTag(teamId, tap.tag) === null) return 'tag_not_found'
    const event = { tag: tap.tag, count: tap.count, atMs: tap.atMs ?? nowMs, hasTime: tap.atMs !== null }
    events.set(key, event)
    if (!counted.has(teamId)) counted.set(teamId, [])
    counted.get(teamId)?.push(event)
    changed += 1
    const minuteMs = Math.floor(event.atMs / MINUTE_MS) * MINUTE_MS
    changes.push({ teamId, id: String(changed), tag: tap.tag, minuteMs })
    return 'accepted'
  }
  const recordOne = ({ teamId, taps, retry }: TapBatch, nowMs: number): BatchFate => {
    const key = `${teamId} ${retry?.key}`
    const answer = retry === null ? undefined : answers.get(key)
    if (answer !== undefined && answer.atMs > nowMs - DAY_MS) {
      return answer.fingerprint === retry?.fingerprint ? { fates: answer.fates, isReplay: true } : 'key_reused'
    }
    const fates = taps.map((tap) => judge({ teamId, giver: teamId }, tap, nowMs))
    if (retry !== null) answers.set(key, { fingerprint: retry.fingerprint, fates, atMs: nowMs })
    return { fates, isReplay: false }
  }
  const between = (taps: readonly Counted[], bounds: readonly number[]) =>
    bounds.slice(1).map((toMs, index) => {
      const fromMs = bounds[index] ?? 0
      return taps.reduce((sum, { atMs, count }) => (atMs >= fromMs && atMs < toMs ? sum + count : sum), 0)
    })

  return {
    teams,
    fail(reason) {
      failure = reason
    },
    age() {
      changes = []
    },
    async tags(teamId) {
      check()
      const owned = [...tags.keys()].flatMap((uid) => ownTag(teamId, uid) ?? [])
      return owned.sort((a, b) => a.createdAtMs - b.createdAtMs || Number(BigInt(a.uid) - BigInt(b.uid)))
    },
    async tag(uid) {
      check()
      return present(uid)
    },
    async addTag(tag) {
      check()
      checkTag(tag)
      if (tags.has(tag.uid)) return 'taken'
      tags.set(tag.uid, { tag, isRemoved: false })
      return tag
    },
    async changeTag({ teamId, uid, name, tokenId, targetUrl }) {
      check()
      checkTag({ name, tokenId, targetUrl })
      const known = ownTag(teamId, uid)
      if (known === null) return null
      const tag = { ...known, name, tokenId, targetUrl }
      tags.set(uid, { tag, isRemoved: false })
      return tag
    },
    async removeTag(teamId, uid) {
      check()
      const tag = ownTag(teamId, uid)
      if (tag !== null) tags.set(uid, { tag, isRemoved: true })
      return tag !== null
    },
    async importTags(given) {
      check()
      for (const tag of given) checkTag(tag)
      const created = [...new Set(given.map(({ teamId }) => teamId))].filter((id) => !teams.has(id))
      for (const id of created) teams.add(id)
      const fresh = given.filter((tag) => {
        const isNew = !tags.has(tag.uid)
        if (isNew) tags.set(tag.uid, { tag, isRemoved: false })
        return isNew
      })
      const taken = given.filter(({ uid, teamId }) => tags.get(uid)?.tag.teamId !== teamId).map(({ uid }) => uid)
      const unchanged = given.length - fresh.length - taken.length
      return { inserted: fresh.length, unchanged, taken, teams: created.sort((a, b) => a - b) }
    },
    async record(batches, nowMs) {
      check()
      for (const { taps, retry } of batches) checkTaps(taps, retry)
      return batches.map((batch) => recordOne(batch, nowMs))
    },
    async importTaps(taps) {
      check()
      checkTaps(taps, null)
      return taps.map((tap) => judge({ teamId: tags.get(tap.tag)?.tag.teamId ?? 0, giver: 'import' }, tap, tap.atMs))
    },
    async counts(teamId, bounds) {
      check()
      return between(counted.get(teamId) ?? [], bounds)
    },
    async countsByTag(teamId, asked, bounds) {
      check()
      const byTag = Map.groupBy(counted.get(teamId) ?? [], ({ tag }) => tag)
      const rows = [...byTag]
        .filter(([uid]) => asked?.includes(uid) ?? true)
        .map(([uid, taps]) => [uid, between(taps, bounds)] as const)
      return new Map(rows.filter(([, counts]) => counts.some((count) => count > 0)))
    },
    async boundaries(unit, zone, range) {
      check()
      return boundariesOf(unit, zone, range)
    },
    async version(teamId) {
      check()
      return String((counted.get(teamId) ?? []).reduce((sum, { count }) => sum + count, 0))
    },
    async recent(teamId) {
      check()
      return changes
        .filter((change) => change.teamId === teamId)
        .map(({ id, tag, minuteMs }) => ({ id, tag, minuteMs }))
    },
    async extent(teamId) {
      check()
      const times = (counted.get(teamId) ?? []).map(({ atMs }) => atMs)
      return times.length === 0 ? null : { firstMs: Math.min(...times), lastMs: Math.max(...times) }
    },
    async check() {
      check()
      return 0
    },
    async rebuild() {
      check()
    },
  }
}

function isSame(known: Counted, { tag, count, atMs }: Tap): boolean {
  return known.tag === tag && known.count === count && (atMs === null || !known.hasTime || known.atMs === atMs)
}

function checkTag({ name, tokenId, targetUrl }: Pick<Tag, 'name' | 'tokenId' | 'targetUrl'>): void {
  checkTexts([name, tokenId, targetUrl])
}

function checkTaps(taps: readonly Tap[], retry: TapBatch['retry']): void {
  checkTexts([...taps.map(({ id }) => id), retry?.key ?? null, retry?.fingerprint ?? null])
  for (const { count, atMs } of taps) {
    if (!Number.isSafeInteger(count) || !Number.isSafeInteger(atMs ?? 0))
      throw new RangeError('Taps are whole numbers.')
  }
}

function checkTexts(texts: readonly (string | null)[]): void {
  if (texts.every((text) => text === null || (text.isWellFormed() && !text.includes('\u0000')))) return
  throw new ServiceError('invalid_body', 'A text has a character that cannot be kept.')
}
