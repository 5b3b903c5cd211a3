import { type DestinationStream, type LevelWithSilent, pino } from 'pino'
import type { Log } from '../../ports/log.ts'
import { withoutSecrets } from './secrets.ts'

/** What `pinoLog` writes, and where. */
export interface PinoLogOptions {
  /** Lines below it are not written. */
  readonly level: LevelWithSilent
  /** Gets one whole line at a time; standard output when absent. */
  readonly destination?: DestinationStream
}

/**
 * One JSON object per line: `{"level":"warn","time":"2026-11-20T10:00:00.000Z",…fields,"msg":"…"}`.
 * No control character of an outside text is written raw, so no text can forge a line or move a terminal's cursor.
 * Standard output is written in the background and flushed when the process ends; a reader who stalls costs lines
 * (beyond 1 MiB), not time.
 */
export function pinoLog({ level, destination = standardOutput() }: PinoLogOptions): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // An error under `err` would be taken apart before `withoutSecrets` sees it.
      serializers: { err: (error) => error },
    },
    { write: (line) => void destination.write(line.replace(UNSAFE, escaped)) },
  )
  const at =
    (name: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields?: Readonly<Record<string, unknown>>) => {
      if (logger.isLevelEnabled(name)) logger[name](withoutSecrets(fields ?? {}), message)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function standardOutput(): DestinationStream {
  return pino.destination({ dest: 1, sync: false, maxLength: 2 ** 20 })
}

/** What JSON leaves as it is although terminals act on it: DEL, C1 controls, line separators, changes of direction. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}
