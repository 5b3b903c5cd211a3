import type { Health, SourceState } from '../../../ports/service.ts'
import { STALE_AFTER_MS } from './settings.ts'
import { isAhead } from './stamps.ts'

/** What health is judged by. */
export interface Signs {
  readonly sources: readonly SourceState[]
  /** False until the first board: what a source has answered cannot be shown before. */
  readonly hasBoard: boolean
  readonly nowMs: number
}

/** Ready while there is a board and at least one source has answered within the last 30 s. */
export function health({ sources, hasBoard, nowMs }: Signs): Health {
  const isRecent = ({ observedAtMs }: SourceState) =>
    observedAtMs !== null && nowMs - observedAtMs <= STALE_AFTER_MS && !isAhead(observedAtMs, nowMs)
  if (!sources.some(isRecent)) return { ready: false, reasons: sources.map((one) => sentence(one, nowMs)), sources }
  return { ready: hasBoard, reasons: hasBoard ? [] : ['The first board is being made.'], sources }
}

function sentence({ name, reason, observedAtMs }: SourceState, nowMs: number): string {
  const why = reason === null ? 'no recent answer' : reason.replaceAll('_', ' ')
  if (observedAtMs === null) return `${name} has never answered: ${why}.`
  if (isAhead(observedAtMs, nowMs)) return `${name} has not answered since the clock was set back: ${why}.`
  return `${name} last answered ${Math.round((nowMs - observedAtMs) / 1000)} s ago: ${why}.`
}
