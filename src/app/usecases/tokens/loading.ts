import { BoardUnavailable } from '../../../domain/errors.ts'
import type { TokenId } from '../../../domain/tokens/identity.ts'
import type { TokenDetail } from '../../../ports/service.ts'
import type { Wish } from '../../../ports/wishes.ts'
import type { Outcome } from './asking.ts'
import { type Fetching, tokensIn } from './fetching.ts'
import type { Moment } from './history.ts'
import { pause } from './pausing.ts'
import { addressesIn, detailsOf, type Room } from './room.ts'
import type { Ticking } from './ticking.ts'

/** How long a client of an instance that follows waits for the one that decides. */
const ELSEWHERE_MS = 5_000
const TELL_AGAIN_MS = 200

/** What came of a search. */
export interface Loaded {
  /** False when no source had anything to say, not even an old answer. */
  readonly isAnswered: boolean
  /** The board that holds what was found; by the time anybody reads this there may be a newer one that no longer does. */
  readonly moment: Moment | null
}

/** Brings onto the board what a client asks for and the board lacks: by asking the sources, or whoever asks them. */
export interface Loading {
  /** A text: fetched once, however many wait for it. Answers younger than `freshMs` are not fetched again. */
  text(text: string, freshMs: number): Promise<Loaded>
  tokens(ids: readonly TokenId[]): Promise<Found>
}

export interface Found {
  /** As the board had them when they came; by the time anybody reads this it may no longer. */
  readonly details: ReadonlyMap<TokenId, TokenDetail>
  /** Those that a source was asked about just now and does not know. Of the others that were not found nothing is known. */
  readonly unlisted: ReadonlySet<TokenId>
}

export function loading(room: Room, ticking: Ticking): Loading {
  const { publishing } = room
  const here = loadingHere(room, ticking)
  const elsewhere = loadingElsewhere(room)
  const hereOnce = onceAtATime(here.text)
  const elsewhereOnce = onceAtATime(elsewhere.text)
  return {
    async text(text, freshMs) {
      const told = publishing.isDeciding() ? null : await elsewhereOnce(text, freshMs)
      // Whoever waits for the others is not left waiting when there is nobody but us any more.
      return told === null || (!told.isAnswered && publishing.isDeciding()) ? hereOnce(text, freshMs) : told
    },
    async tokens(ids) {
      const found = publishing.isDeciding() ? NONE : await elsewhere.tokens(ids)
      const open = ids.filter((id) => !found.details.has(id) && !found.unlisted.has(id))
      return open.length > 0 && publishing.isDeciding() ? both(found, await here.tokens(open)) : found
    },
  }
}

const NONE: Found = { details: new Map(), unlisted: new Set() }

function both(one: Found, other: Found): Found {
  return {
    details: new Map([...one.details, ...other.details]),
    unlisted: new Set([...one.unlisted, ...other.unlisted]),
  }
}

/** A text is loaded once, however many ask for it meanwhile on the same terms. */
function onceAtATime(load: Loading['text']): Loading['text'] {
  const underWay = new Map<string, Promise<Loaded>>()
  return (text, freshMs) => {
    const key = `${freshMs} ${text}`
    const flight = underWay.get(key) ?? load(text, freshMs).finally(() => underWay.delete(key))
    underWay.set(key, flight)
    return flight
  }
}

function loadingHere(room: Room, { tick }: Ticking): Loading {
  const { wanted, fetch, parts } = room
  return {
    async text(text, freshMs) {
      const { isAnswered, tokens } = await find(fetch, text, freshMs)
      // Wanted once more: a flood of other questions may have pushed it out while it was under way.
      wanted.wantQuery(text)
      if (isAnswered) wanted.found(text, tokens)
      return { isAnswered, moment: await tick() }
    },
    async tokens(ids) {
      wanted.wantTokens(ids)
      const outcomes = await fetch.lookup(ids, parts.cacheTtlMs)
      wanted.wantTokens(ids)
      const ticked = tick()
      if (ticked instanceof Promise) await ticked
      const details = detailsOf(room, ids)
      wanted.unwantTokens(ids.filter((id) => !details.has(id)))
      return { details, unlisted: unlistedIn(outcomes) }
    },
  }
}

function loadingElsewhere(room: Room): Loading {
  const { publishing, wanted, shelf, waiting, parts } = room
  const { clock } = parts
  const never = new AbortController().signal

  async function isTold(wish: Wish): Promise<boolean> {
    try {
      await parts.wishes?.tell(wish)
      return true
    } catch (error) {
      if (!(error instanceof BoardUnavailable)) throw error
      return false
    }
  }

  /** Waits until it is granted, for a while, or until this instance decides and can help itself. */
  async function wish(told: Wish, isGranted: () => boolean): Promise<void> {
    const isOver = () => isGranted() || publishing.isDeciding()
    const endMs = clock.monotonicMs() + ELSEWHERE_MS
    while (!isOver() && clock.monotonicMs() < endMs && !(await isTold(told))) await pause(clock, TELL_AGAIN_MS, never)
    await waiting.until(isOver, Math.max(0, endMs - clock.monotonicMs()))
  }

  return {
    async text(text, freshMs) {
      const { epoch, seq } = shelf.position()
      let isSettled = false
      const isGranted = () => {
        const here = shelf.position()
        // What is said already is of an earlier wish than ours.
        isSettled ||= shelf.isSettled(text) && (here.epoch !== epoch || here.seq > seq)
        return isSettled
      }
      await wish({ queries: [text], tokens: [], sinceMs: clock.nowMs() - freshMs }, isGranted)
      return { isAnswered: shelf.isAnswered(text), moment: shelf.head() }
    },
    async tokens(ids) {
      wanted.wantTokens(ids)
      const unlisted = new Set<TokenId>()
      const isSettled = (id: TokenId) => {
        // Said once: the next news no longer do.
        if (shelf.isUnlisted(id)) unlisted.add(id)
        return unlisted.has(id) || shelf.row(id) !== undefined
      }
      await wish({ queries: [], tokens: ids, sinceMs: null }, () => ids.filter((id) => !isSettled(id)).length === 0)
      return { details: detailsOf(room, ids), unlisted }
    },
  }
}

/** What a text finds. An address is looked up as such (a source's own search need not know addresses), then searched. */
async function find(fetch: Fetching, text: string, freshMs: number) {
  const ids = addressesIn(text)
  const named = ids.length === 0 ? new Set<TokenId>() : tokensIn(await fetch.lookup(ids, freshMs))
  const tokens = ids.filter((id) => named.has(id))
  if (tokens.length > 0) return { isAnswered: true, tokens }
  const outcomes = await fetch.search(text, freshMs)
  return { isAnswered: outcomes.some(({ answer }) => answer !== null), tokens: tokensIn(outcomes) }
}

function unlistedIn(outcomes: readonly Outcome[]): ReadonlySet<TokenId> {
  const answers = outcomes.flatMap(({ failure, answer }) => (failure === null && answer !== null ? [answer] : []))
  return new Set(answers.flatMap(({ unresolved }) => unresolved.map(({ id }) => id)))
}
