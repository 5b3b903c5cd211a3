import type { StreamState } from '../../clients/stream.ts'

/** A connection that blinks shorter than this is nobody's business. */
export const GRACE_MS = 3_000
/** Two heartbeats and a little: then nothing on the screen can be called live. */
export const SILENCE_MS = 35_000

/** What is said about the connection, and only that: the age of the data is another fact. */
export interface ConnectionFact {
  readonly lamp: 'live' | 'opening' | 'away' | 'ended'
  readonly text: string
  /** True when every row must be marked as old. */
  readonly isDead: boolean
}

export interface ConnectionSituation {
  readonly stream: Pick<StreamState, 'connection' | 'lastFrameAtMs' | 'closing'>
  /** Since when it is not open, by the same clock as `nowMs`; null while it is. */
  readonly downSinceMs: number | null
  readonly nowMs: number
}

export function connectionFact({ stream, downSinceMs, nowMs }: ConnectionSituation): ConnectionFact {
  const { connection, lastFrameAtMs, closing } = stream
  const isDead = lastFrameAtMs !== null && nowMs - lastFrameAtMs >= SILENCE_MS
  if (connection === 'stopped') return { lamp: 'ended', text: closing?.meaning ?? 'Disconnected', isDead }
  if (downSinceMs === null) return { lamp: 'live', text: 'Live', isDead }
  if (lastFrameAtMs === null) return { lamp: 'opening', text: 'Connecting…', isDead }
  if (nowMs - downSinceMs < GRACE_MS) return { lamp: 'live', text: 'Live', isDead }
  return { lamp: 'away', text: 'Reconnecting…', isDead }
}
