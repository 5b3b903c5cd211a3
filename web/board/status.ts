import type { StreamToken } from '../../clients/stream.ts'
import { ageText } from '../format/age.ts'

/** A price older than this tells its age. */
export const AGED_AFTER_MS = 30_000
/** A price older than this is called stale, whatever made it so: the service itself no longer takes such a statement. */
export const STALE_AFTER_MS = 90_000

/** What is said beside the name of a token; null when all is well. */
export interface RowTag {
  readonly kind: 'thin' | 'disputed' | 'held' | 'aged' | 'stale' | 'unknown'
  readonly text: string
}

/** Milliseconds; null without a price. @param nowMs by the service's clock */
export function priceAgeMs(token: StreamToken, nowMs: number): number | null {
  return token.observed_at === null ? null : Math.max(0, nowMs - Date.parse(token.observed_at))
}

export function rowTag({ status }: StreamToken, ageMs: number | null): RowTag | null {
  if (status === 'unknown') return { kind: 'unknown', text: 'no price' }
  const doubt = status === 'ok' || status === 'stale' ? '' : status
  const isStale = status === 'stale' || (ageMs !== null && ageMs > STALE_AFTER_MS)
  if (isStale) return { kind: 'stale', text: told(doubt === '' ? 'stale' : `${doubt}, stale`, ageMs) }
  if (ageMs !== null && ageMs > AGED_AFTER_MS) return { kind: doubt || 'aged', text: told(doubt, ageMs) }
  return doubt === '' ? null : { kind: doubt, text: doubt }
}

function told(what: string, ageMs: number | null): string {
  const age = ageMs === null ? '' : ageText(ageMs)
  return what === '' ? `${age} old` : `${what} ${age}`
}

/** Sentences for people, by status. */
export const STATUS_MEANINGS: Readonly<Record<StreamToken['status'], string>> = {
  ok: 'Two or more sources agree, and enough money stands behind the price.',
  thin: 'Only one source speaks, or little or unknown money stands behind the price.',
  disputed: 'The sources do not agree.',
  held: 'The newest price is far from the last good one and waits for a second witness.',
  stale: 'No source has confirmed the price lately: it is the last good one.',
  unknown: 'No source gives a price that can be used.',
}
