import { setTimeout as pause } from 'node:timers/promises'
import type { TokenPast } from './past.ts'

const RETRY_MS = 500
/** Everybody else comes first: the board and the answers share this process. */
const BREATH_MS = 20
/** Little enough for a busy machine to write in a fraction of a second. */
const AT_ONCE = 250

/** What takes past prices in, as the service does. */
export interface HistoryTaker {
  fillIn(records: readonly HistoryRecord[]): Promise<number>
}

interface HistoryRecord extends Omit<TokenPast, 'minutes'> {
  readonly record: TokenPast['minutes'][number] & { readonly volume: null; readonly marketCap: null }
}

/**
 * Writes a simulated past bit by bit, waiting while the history is being opened.
 * @returns how many minutes were written; fewer than there are once `ending` is aborted
 */
export async function writePast(
  service: HistoryTaker,
  past: Iterable<TokenPast>,
  ending: AbortSignal,
): Promise<number> {
  let written = 0
  for (const { minutes, ...token } of past) {
    const records = minutes.map((minute) => ({ ...token, record: { ...minute, volume: null, marketCap: null } }))
    for (let at = 0; at < records.length; at += AT_ONCE) {
      written += await writeAtLast(service, records.slice(at, at + AT_ONCE), ending)
    }
  }
  return written
}

async function writeAtLast(service: HistoryTaker, records: readonly HistoryRecord[], ending: AbortSignal) {
  while (!ending.aborted) {
    const added = await service.fillIn(records).catch(unavailable)
    await pause(added === null ? RETRY_MS : BREATH_MS)
    if (added !== null) return added
  }
  return 0
}

/** Null: it is not there yet. */
function unavailable(error: unknown): null {
  if (error instanceof Error && error.name === 'StoreUnavailable') return null
  throw error
}
