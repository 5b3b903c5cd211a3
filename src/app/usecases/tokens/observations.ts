import type { TokenId } from '../../../domain/tokens/identity.ts'
import { type Observation, observedToken } from '../../../domain/tokens/observation.ts'
import type { Clock } from '../../../ports/clock.ts'
import { isAhead } from './stamps.ts'

const PER_TOKEN_MAX = 128
/** What is said of a token that nobody wants stands this long: the question that brought it may still be under way. */
const UNWANTED_KEEP_MS = 30_000

/** The newest statement of every source about every pool (or token as a whole) of the tokens we hold. */
export interface Observations {
  /**
   * Takes each statement unless a newer one of the same source and pool stands, it is too old to be kept, or its stamp
   * lies ahead of the clock.
   */
  add(observations: readonly Observation[]): void
  of(id: TokenId): readonly Observation[]
  has(id: TokenId): boolean
  /** Unix milliseconds of the source's newest statement about the token; null when there is none worth keeping. */
  newestMs(source: string, id: TokenId): number | null
  /** The tokens with news since the last call. */
  takeChanged(): ReadonlySet<TokenId>
  /** Forgets all tokens but these, and those of which something was said in the last half minute. */
  keepOnly(wanted: ReadonlySet<TokenId>): void
  /** To be called when the clock was set back: forgets what would pass for fresh until time has caught up. */
  dropAhead(): void
}

interface Told {
  heardMs: number
  /** By source and pool. */
  readonly statements: Map<string, Observation>
}

/** @param keepMs a statement older than this is not worth keeping */
export function observationStore(clock: Clock, keepMs: number): Observations {
  const tokens = new Map<TokenId, Told>()
  let changed = new Set<TokenId>()

  function addOne(observation: Observation): void {
    const nowMs = clock.nowMs()
    if (isAhead(observation.observedAtMs, nowMs) || observation.observedAtMs < nowMs - keepMs) return
    const id = observedToken(observation)
    const told = tokens.get(id) ?? { heardMs: 0, statements: new Map<string, Observation>() }
    told.heardMs = clock.monotonicMs()
    tokens.set(id, told)
    const key = `${observation.source} ${observation.pool ?? ''}`
    const standing = told.statements.get(key)
    if (
      standing !== undefined &&
      standing.observedAtMs >= observation.observedAtMs &&
      !isAhead(standing.observedAtMs, nowMs)
    )
      return
    told.statements.set(key, observation)
    prune(told.statements, nowMs - keepMs)
    changed.add(id)
  }

  return {
    add: (observations) => observations.forEach(addOne),
    of: (id) => [...(tokens.get(id)?.statements.values() ?? [])],
    has: (id) => tokens.has(id),
    newestMs: (source, id) => newestOf(tokens.get(id)?.statements, source, clock.nowMs() - keepMs),
    takeChanged() {
      const taken = changed
      changed = new Set()
      return taken
    },
    keepOnly(wanted) {
      const oldestMs = clock.monotonicMs() - UNWANTED_KEEP_MS
      for (const [id, { heardMs }] of tokens) if (!wanted.has(id) && heardMs < oldestMs) tokens.delete(id)
    },
    dropAhead() {
      const nowMs = clock.nowMs()
      for (const { statements } of tokens.values()) {
        for (const [key, { observedAtMs }] of statements) if (isAhead(observedAtMs, nowMs)) statements.delete(key)
      }
    },
  }
}

function newestOf(
  statements: ReadonlyMap<string, Observation> | undefined,
  source: string,
  oldestMs: number,
): number | null {
  let newestMs: number | null = null
  for (const statement of statements?.values() ?? []) {
    if (statement.source !== source || statement.observedAtMs < oldestMs) continue
    newestMs = Math.max(newestMs ?? statement.observedAtMs, statement.observedAtMs)
  }
  return newestMs
}

/** Bounded whatever a source invents: the oldest go first. */
function prune(statements: Map<string, Observation>, oldestMs: number): void {
  for (const [key, statement] of statements) if (statement.observedAtMs < oldestMs) statements.delete(key)
  if (statements.size <= PER_TOKEN_MAX) return
  const byAge = [...statements].sort(([, a], [, b]) => a.observedAtMs - b.observedAtMs)
  for (const [key] of byAge.slice(0, statements.size - PER_TOKEN_MAX)) statements.delete(key)
}
