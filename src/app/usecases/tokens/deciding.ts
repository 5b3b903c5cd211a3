import { type TokenId, WRAPPED_SOL } from '../../../domain/tokens/identity.ts'
import { mergeToken } from '../../../domain/tokens/merge.ts'
import type { LastGood, Merged } from '../../../domain/tokens/merged.ts'
import type { Observation } from '../../../domain/tokens/observation.ts'
import { nextChangeMs, publishRow } from '../../../domain/tokens/publish.ts'
import type { TokenRow } from '../../../domain/tokens/row.ts'
import { withTrend } from '../../../domain/tokens/trend.ts'
import { usableSolUsd } from '../../../domain/tokens/units.ts'
import type { SourceState } from '../../../ports/service.ts'
import type { Basis, News } from './news.ts'
import { isAllIn, isNewRow, isNews, isSameBasis } from './noticing.ts'
import type { Observations } from './observations.ts'
import { STALE_AFTER_MS, type TokenParts } from './settings.ts'
import type { Shelf } from './shelf.ts'
import { isAhead } from './stamps.ts'

/** Decides prices: the only place. What comes out is news for the shelf, and has no effect until the shelf reads it. */
export interface Deciding {
  /** True when time alone has changed something that is published. */
  isDue(): boolean
  /** Decides what has news or has come of age. @returns null when nobody could see a difference. */
  decide(wish: Wish): News | null
  /** To be called when this instance begins to decide: what it has decided before may never have been read. */
  takeOver(): void
}

export interface Wish {
  readonly wanted: ReadonlySet<TokenId>
  readonly sources: readonly SourceState[]
  readonly answered: readonly string[]
  readonly unlisted: readonly TokenId[]
  readonly settled: readonly string[]
}

/** Of a decision only what the next one needs: thousands of whole ones would be work for the garbage collector. */
interface Kept {
  readonly decidedMs: number
  readonly state: LastGood | null
  readonly dueMs: number
}

interface Decision {
  readonly basis: Basis
  readonly row: TokenRow
}

export function deciding(
  parts: Pick<TokenParts, 'clock' | 'parameters' | 'displayAddress' | 'trends'>,
  observations: Observations,
  shelf: Shelf,
): Deciding {
  const { clock, parameters, trends } = parts
  const kept = new Map<TokenId, Kept>()
  // Decided since the last news, without a difference that anybody could see: they travel with the next.
  const unseen = new Map<TokenId, Basis>()
  let lastMs = Number.NEGATIVE_INFINITY
  let isTakenOver = false
  // No token comes of age before this moment, so most ticks need not look at all of them.
  let nextDueMs = Number.NEGATIVE_INFINITY
  let lastWanted: ReadonlySet<TokenId> = new Set()

  const basisOf = (id: TokenId) => unseen.get(id) ?? shelf.basis(id)

  function keep(basis: Basis, merged: Merged): Kept {
    const dueMs = nextChangeMs(merged, parameters, STALE_AFTER_MS) ?? Number.POSITIVE_INFINITY
    const one = { decidedMs: basis.nowMs, state: merged.state, dueMs }
    kept.set(basis.id, one)
    nextDueMs = Math.min(nextDueMs, dueMs)
    return one
  }

  /** What another instance has decided is decided again here, once. */
  function keptOf(basis: Basis): Kept {
    const one = kept.get(basis.id)
    return one?.decidedMs === basis.nowMs ? one : keep(basis, shelf.merge(basis))
  }

  function decideOne(id: TokenId, nowMs: number): Decision {
    const said = observations.of(id)
    const known = basisOf(id)
    const before = known === undefined ? asLastGood(said, id, nowMs) : null
    const previous = known === undefined ? (before?.state ?? null) : withoutFuture(keptOf(known).state, nowMs)
    const basis: Basis = { id, observations: said, previous, nowMs }
    const merged = mergeToken(said, { ...basis, parameters })
    keep(basis, merged)
    return { basis, row: asRow(merged, before === null ? shelf.row(id) : asRow(before, undefined)) }
  }

  function asRow(merged: Merged, previousRow: TokenRow | undefined): TokenRow {
    const { id } = merged
    const address = parts.displayAddress(id)
    return publishRow(merged, { previousRow, address, staleAfterMs: STALE_AFTER_MS, trend: trends.of(id) })
  }

  /** Rows on which nothing was decided, and of whose past more is known by now. */
  function recalled(decided: ReadonlySet<TokenId>, nowMs: number): TokenRow[] {
    const rows = [...trends.takeChanged()].map((id) => (decided.has(id) ? undefined : shelf.row(id)))
    return rows.flatMap((row) => {
      const trend = row === undefined ? undefined : trends.of(row.id)
      return row === undefined || trend === undefined ? [] : [withTrend(row, trend, nowMs)]
    })
  }

  /**
   * A token that is first met in answers from before a restart, too old to be heard: the decision that would have been
   * made when they came is its last good one.
   */
  function asLastGood(said: readonly Observation[], id: TokenId, nowMs: number): Merged | null {
    const newestMs = said.reduce((newest, { observedAtMs }) => Math.max(newest, observedAtMs), Number.NEGATIVE_INFINITY)
    const isTooOld = said.length > 0 && nowMs - newestMs > parameters.maxAgeMs
    return isTooOld ? mergeToken(said, { id, previous: null, nowMs: newestMs, parameters }) : null
  }

  function due(wanted: ReadonlySet<TokenId>, nowMs: number): TokenId[] {
    const changed = observations.takeChanged()
    const clockWentBack = nowMs < lastMs
    if (clockWentBack) observations.dropAhead()
    const mayHaveNews = (id: TokenId) => isTakenOver || changed.has(id)
    const isAllDue = clockWentBack || isTakenOver || nextDueMs <= nowMs
    if (isAllDue) nextDueMs = Number.POSITIVE_INFINITY
    const ids = isAllDue ? [...wanted] : [...newlyWanted(wanted), ...[...changed].filter((id) => wanted.has(id))]
    return [...new Set(ids)].filter((id) => {
      const basis = basisOf(id)
      // What was said before anybody wanted it is news to those who want it now.
      if (basis === undefined) return observations.has(id)
      const { dueMs } = keptOf(basis)
      nextDueMs = Math.min(nextDueMs, dueMs)
      return clockWentBack || dueMs <= nowMs || (mayHaveNews(id) && !isAllIn(basis, observations.of(id)))
    })
  }

  function newlyWanted(wanted: ReadonlySet<TokenId>): readonly TokenId[] {
    return wanted === lastWanted ? [] : [...wanted].filter((id) => !lastWanted.has(id))
  }

  /** Of tokens that nobody wants any more; a board that was loaded may hold some that nobody here ever wanted. */
  function unwanted(wanted: ReadonlySet<TokenId>): TokenId[] {
    if (wanted === lastWanted && !isTakenOver) return []
    observations.keepOnly(wanted)
    return [...shelf.ids()].filter((id) => !wanted.has(id))
  }

  return {
    isDue() {
      const nowMs = clock.nowMs()
      if (trends.hasChanged()) return true
      const sol = shelf.solUsd()
      if (nowMs < lastMs || (sol !== null && nowMs - sol.observedAtMs > parameters.solMaxAgeMs)) return true
      if (nowMs < nextDueMs) return false
      for (const id of shelf.ids()) {
        const basis = basisOf(id)
        if (basis !== undefined && keptOf(basis).dueMs <= nowMs) return true
      }
      return false
    },
    decide({ wanted, ...told }) {
      const nowMs = clock.nowMs()
      for (const [id, basis] of unseen) if (!wanted.has(id) || isSameBasis(basis, shelf.basis(id))) unseen.delete(id)
      const removes = unwanted(wanted)
      for (const id of removes) kept.delete(id)
      const decisions = due(wanted, nowMs).map((id) => decideOne(id, nowMs))
      lastMs = nowMs
      lastWanted = wanted
      isTakenOver = false
      for (const { basis } of decisions) unseen.set(basis.id, basis)
      const decided = new Set([...removes, ...decisions.map(({ row }) => row.id)])
      const rows = [...decisions.map(({ row }) => row), ...recalled(decided, nowMs)]
      const ofSol = wanted.has(WRAPPED_SOL) ? basisOf(WRAPPED_SOL) : undefined
      const news: News = {
        asOfMs: nowMs,
        upserts: rows.filter((row) => isNewRow(shelf.row(row.id), row)),
        removes,
        bases: [...unseen.values()],
        sol: usableSolUsd(ofSol === undefined ? null : shelf.merge(ofSol), nowMs, parameters),
        ...told,
      }
      return isNews(shelf, news) ? news : null
    },
    takeOver() {
      unseen.clear()
      kept.clear()
      isTakenOver = true
    },
  }
}

/** What was kept from before our clock was set back would pass for young, or could not be confirmed, for that long. */
function withoutFuture(previous: LastGood | null, nowMs: number): LastGood | null {
  if (previous === null || isAhead(previous.observedAtMs, nowMs)) return null
  const { pending } = previous
  return pending !== null && isAhead(pending.observedAtMs, nowMs) ? { ...previous, pending: null } : previous
}
