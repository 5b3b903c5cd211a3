import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Exchange } from './exchange.ts'
import { pathOf } from './target.ts'

/** One line per request, handed to the log in bundles: a log call for each request would cost more than the answer. */
export interface AccessLog {
  /** The path without its query is kept: what people search for is not for logs. */
  note(exchange: Exchange, status: number): void
  /** Hands over what waits. */
  flush(): void
}

const BUNDLE_LINES = 500
const BUNDLE_MS = 1000
const PATH_LENGTH_MAX = 200
/** Probes come every few seconds and say nothing. */
const QUIET: ReadonlySet<string> = new Set(['/livez', '/readyz'])

export interface AccessLogDeps {
  readonly clock: Clock
  readonly log: Log
  /** Told of every answer, probes included. */
  readonly onAnswer: (status: number) => void
}

export function accessLog({ clock, log, onAnswer }: AccessLogDeps): AccessLog {
  let lines: string[] = []
  let cancel: (() => void) | null = null
  const flush = () => {
    cancel?.()
    cancel = null
    if (lines.length > 0) log.info('requests', { lines })
    lines = []
  }
  return {
    flush,
    note({ method, target, requestId }, status) {
      onAnswer(status)
      const path = pathOf(target)
      if (QUIET.has(path)) return
      cancel ??= clock.after(BUNDLE_MS, flush)
      const shown = path.length > PATH_LENGTH_MAX ? `${path.slice(0, PATH_LENGTH_MAX)}…` : path
      if (lines.push(`${method} ${shown} ${status} ${requestId}`) >= BUNDLE_LINES) flush()
    },
  }
}
