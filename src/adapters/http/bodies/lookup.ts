import type { Lookup } from '../../../ports/service.ts'
import type { LookupAnswer } from '../schemas/lookup.ts'
import { ageMs } from './time.ts'
import { snapshotBody, tokenBody } from './token.ts'

/** @param nowMs when the answer is sent; ages count to it */
export function lookupBody({ snapshot, entries }: Lookup, nowMs: number): LookupAnswer {
  const solUsd = snapshot?.solUsd ?? null
  return {
    data: entries.map((entry) => {
      if (entry.row === null) return { id: entry.id, status: 'unknown', reason: entry.reason }
      const { observedAtMs } = entry.row
      return { ...tokenBody(entry.row, solUsd), age_ms: observedAtMs === null ? null : ageMs(observedAtMs, nowMs) }
    }),
    snapshot: snapshot === null ? null : snapshotBody(snapshot),
  }
}
