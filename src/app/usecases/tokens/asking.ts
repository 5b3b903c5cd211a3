import { SourceError, type SourceFailure } from '../../../domain/errors.ts'
import type { TokenId } from '../../../domain/tokens/identity.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { SourceState } from '../../../ports/service.ts'
import type { SourceAnswer, TokenSource } from '../../../ports/token-source.ts'
import type { Observations } from './observations.ts'
import { type RecentCalls, recentCalls } from './recent-calls.ts'
import type { Remembering } from './remembering.ts'
import { isSourceAnswer } from './remembering.ts'
import { newerStamp } from './stamps.ts'

export type Question =
  | { readonly kind: 'search'; readonly text: string }
  /** Tokens of one network, sorted, no more than the source's batch. */
  | { readonly kind: 'lookup'; readonly ids: readonly TokenId[] }

/** What came of one question to one source: its answer, fresh or the last good one, and why it is not fresh. */
export interface Outcome {
  readonly source: string
  readonly answer: SourceAnswer | null
  readonly failure: SourceFailure | null
}

/** On which terms a source is asked. */
export interface Terms {
  /** An answer asked for no longer ago than this is taken from the cache. */
  readonly freshMs: number
  /** Asked once, right before a call: false when whoever asks has used up its part of the calls. */
  mayCall(): boolean
}

/** Asks one source: cache first, one call at a time per question, the last good answer when the call fails. */
export interface Asker {
  readonly source: TokenSource
  /** Never rejects. Observations of the answer are in the store when it settles. */
  ask(question: Question, terms: Terms): Promise<Outcome>
  state(): SourceState
  /** How many calls could start now: within the source's own schedule, and with what others have called before. */
  callsLeft(): number
  /**
   * Takes a call that somebody else will make of the source, for something else.
   * @throws SourceError `budget_spent` unless another call is left besides
   */
  lend(mayCall: Terms['mayCall']): Promise<void>
  readonly calls: RecentCalls
  /** Takes over what another instance knows of the source, unless what is known here is as new. */
  adopt(known: SourceState): void
}

export interface AskerParts {
  readonly clock: Clock
  readonly log: Log
  readonly memory: Remembering
  readonly observations: Observations
  /** The part of the source's calls that this instance may make, above 0 to 1. */
  share(): number
  /** Tells the other instances of the calls that are noted. @returns false when that could not be done */
  tellCalls(): Promise<boolean>
}

/** Our own pacing: says nothing about the source's health. */
const OUR_OWN: readonly SourceFailure[] = ['budget_spent', 'circuit_open']

export function asker(source: TokenSource, parts: AskerParts): Asker {
  const { clock, log, memory, observations } = parts
  const underWay = new Map<string, Promise<Outcome>>()
  const calls = recentCalls(clock)
  let state: SourceState = { name: source.name, ok: false, reason: 'not_asked_yet', observedAtMs: null }

  const allowed = () => Math.max(1, Math.floor(source.callsPerMinute * parts.share()))
  const left = () => Math.max(0, allowed() - calls.stamps().length)
  const callsLeft = () => Math.min(source.callsLeft(), left())

  function hear(answer: SourceAnswer): void {
    observations.add(answer.observations)
    state = { ...state, observedAtMs: newerStamp(state.observedAtMs, answer.observedAtMs, clock.nowMs()) }
  }

  function good(answer: SourceAnswer): Outcome {
    hear(answer)
    return { source: source.name, answer, failure: null }
  }

  function bad(error: SourceError, lastGood: SourceAnswer | null): Outcome {
    const { reason } = error
    if (lastGood !== null) hear(lastGood)
    // A call we did not make tells nothing of the source, unless there is nothing else to tell.
    if (!OUR_OWN.includes(reason)) state = { ...state, ok: false, reason }
    else if (state.reason === 'not_asked_yet') state = { ...state, reason }
    const level = OUR_OWN.includes(reason) ? 'debug' : 'warn'
    log[level](`${source.name} failed: ${reason}`, { detail: error.message })
    return { source: source.name, answer: lastGood, failure: reason }
  }

  /** A call that nobody is told of before it is made would be forgotten if this instance were gone the moment after. */
  async function begin(): Promise<void> {
    if (left() < 1) throw new SourceError('budget_spent', 'no call left')
    const stampMs = calls.note()
    if (await parts.tellCalls()) return
    calls.drop(stampMs)
    throw new SourceError('budget_spent', 'the other instances cannot be told of the call')
  }

  /** @throws SourceError when the source cannot be asked, fails, or says nothing where there was something. */
  async function call(question: Question, mayCall: Terms['mayCall'], lastGood: SourceAnswer | null) {
    if (callsLeft() < 1 || !mayCall()) throw new SourceError('budget_spent', 'no call left for this')
    await begin()
    const answer = await callOf(source, question)
    if (!isSourceAnswer(answer)) throw new SourceError('bad_body', 'this is no answer')
    if (isSuspiciouslyEmpty(answer, { question, lastGood, observations })) {
      throw new SourceError('empty', 'nothing about tokens it knew a moment ago')
    }
    state = { ...state, ok: true, reason: null }
    return answer
  }

  async function askOnce(key: string, question: Question, { freshMs, mayCall }: Terms): Promise<Outcome> {
    const known = await memory.recall(key)
    if (known !== null && clock.nowMs() - known.askedAtMs <= freshMs) {
      if (state.reason === 'not_asked_yet') state = { ...state, ok: true, reason: null }
      return good(known.answer)
    }
    const lastGood = known?.answer ?? null
    try {
      const askedAtMs = clock.nowMs()
      const answer = await call(question, mayCall, lastGood)
      await memory.remember(key, { askedAtMs, answer })
      return good(answer)
    } catch (error) {
      return bad(asSourceError(error), lastGood)
    }
  }

  source.permitFurther(() =>
    begin().then(
      () => true,
      () => false,
    ),
  )
  return {
    source,
    state: () => state,
    async lend(mayCall) {
      // The last call may be the one that tries an unwell source again, or the one that a refresh waits for.
      if (callsLeft() < 2 || !mayCall()) throw new SourceError('budget_spent', 'no call to spare')
      await begin()
    },
    callsLeft,
    calls,
    adopt(known) {
      const isNewer = (known.observedAtMs ?? 0) > (state.observedAtMs ?? 0)
      if (state.reason === 'not_asked_yet' || isNewer) state = known
    },
    ask(question, terms) {
      const key = keyOf(source.name, question)
      const standing = underWay.get(key)
      if (standing !== undefined) return standing
      const flight = askOnce(key, question, terms).finally(() => underWay.delete(key))
      underWay.set(key, flight)
      return flight
    },
  }
}

function keyOf(source: string, question: Question): string {
  const subject = question.kind === 'search' ? question.text.toLowerCase() : question.ids.join(',')
  return `${source}:${question.kind}:${subject}`
}

function callOf(source: TokenSource, question: Question): Promise<SourceAnswer> {
  // The source bounds its own calls; nobody cancels a call that others may be waiting for.
  const { signal } = new AbortController()
  return question.kind === 'search' ? source.search(question.text, signal) : source.lookup(question.ids, signal)
}

interface Background {
  readonly question: Question
  readonly lastGood: SourceAnswer | null
  readonly observations: Observations
}

/** An outage that looks like an answer: nothing at all where there was something. It must not replace what was good. */
function isSuspiciouslyEmpty(answer: SourceAnswer, { question, lastGood, observations }: Background): boolean {
  if (answer.observations.length > 0) return false
  if (question.kind === 'search') return lastGood !== null && lastGood.observations.length > 0
  return question.ids.some((id) => observations.newestMs(answer.source, id) !== null)
}

/** Anything else is a fault of ours in reading the answer; the source's other answers must not suffer from it. */
function asSourceError(error: unknown): SourceError {
  if (error instanceof SourceError) return error
  const what = error instanceof Error ? error.message : 'unknown'
  return new SourceError('bad_body', `unexpected: ${what}`, { cause: error })
}
