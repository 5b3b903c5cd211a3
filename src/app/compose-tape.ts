import { createHash } from 'node:crypto'
import { recordedReplies } from '../adapters/sources/tape/recorded-replies.ts'
import { fileTape } from '../adapters/tape/file-tape.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { PriceTrends } from '../ports/price-trends.ts'
import type { TapeStart } from '../ports/tape.ts'
import { type Config, ConfigError } from './config.ts'
import { type Recording, recording } from './usecases/tokens-tape/recording.ts'

type RecordedReplies = ReturnType<typeof recordedReplies>

/** Where a service writes what it is told, and when it decides. */
export interface OpenTape {
  /** Stands between each source and its engine. */
  readonly around: RecordedReplies['around']
  record(parts: { readonly trends: PriceTrends; readonly start: TapeStartParts }): Recording
  close(): Promise<void>
}

type TapeStartParts = Pick<TapeStart, 'epoch' | 'version'>

/** @returns null when the configuration asks for none @throws ConfigError when the file cannot be written */
export function openTape(
  config: Config,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): OpenTape | null {
  const { tape: path, tapeBytesMax: bytesMax, sources, staleLimitMs } = config
  if (path === null) return null
  const tape = opened(() => fileTape({ path, bytesMax, log }))
  const replies = recordedReplies()
  return {
    around: replies.around,
    record: ({ trends, start }) =>
      recording({ clock, tape, replies, trends, digest, start: { ...start, sources, staleLimitMs } }),
    close: tape.close,
  }
}

function opened<T>(open: () => T): T {
  try {
    return open()
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException
    throw new ConfigError(`TAPE: cannot be written (${code})`)
  }
}

/** Of what was decided: a replay that comes to the same has decided the same. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
