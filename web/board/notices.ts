import { ageText, clockText } from '../format/age.ts'
import { GRACE_MS } from './connection-fact.ts'

/** One line above the table. */
export interface Notice {
  readonly tone: 'neutral' | 'warn' | 'bad'
  readonly text: string
  /** When it goes by itself; null: when somebody dismisses it. */
  readonly untilMs: number | null
}

const SHOWN_MS = 8_000

/** Null for an absence so short that nobody was told of it. @param changes how many rows it brought */
export function resumedNotice(awayMs: number, changes: number, nowMs: number): Notice | null {
  if (awayMs < GRACE_MS) return null
  const count = changes === 1 ? '1 change' : `${changes} changes`
  return { tone: 'neutral', text: `Resumed without a gap after ${span(awayMs)}: ${count}`, untilMs: nowMs + SHOWN_MS }
}

export function gapNotice({ fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number }): Notice {
  const text = `Reconnected with a gap ${clockText(fromMs)} to ${clockText(untilMs)}: showing a fresh snapshot`
  return { tone: 'warn', text, untilMs: null }
}

export function conflatedNotice(count: number, nowMs: number): Notice {
  const versions = count === 1 ? '1 version was' : `${count} versions were`
  const text = `Slow connection: ${versions} skipped, the newest is shown`
  return { tone: 'neutral', text, untilMs: nowMs + SHOWN_MS }
}

/** `14 s`: with a space, as in a sentence. */
export function span(ms: number): string {
  return ageText(ms).replace(/^(\d+)/, '$1 ')
}
