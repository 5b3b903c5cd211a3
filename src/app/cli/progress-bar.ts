import type { Terminal } from './command.ts'

/** How far long work has come. */
export interface Progress {
  /** What is being worked on. */
  readonly name: string
  readonly readBytes: number
  readonly totalBytes: number
  readonly rows: number
}

/** One line at the bottom of a terminal, drawn again in place. */
export interface ProgressBar {
  show(progress: Progress): void
  /** Takes the line away, so that others can be printed. */
  clear(): void
}

const REDRAW_MS = 100
const CLEAR = '\r\u001b[K'

/** Time counts from the first progress on: opening the storage says nothing about the pace. */
export function progressBar(terminal: Terminal, monotonicMs: () => number): ProgressBar {
  let startMs: number | null = null
  let drawnMs = Number.NEGATIVE_INFINITY
  return {
    show(progress) {
      const nowMs = monotonicMs()
      startMs ??= nowMs
      if (nowMs - drawnMs < REDRAW_MS) return
      drawnMs = nowMs
      terminal.write(CLEAR + progressLine(progress, nowMs - startMs, terminal.columns()))
    },
    clear() {
      if (drawnMs === Number.NEGATIVE_INFINITY) return
      terminal.write(CLEAR)
      drawnMs = Number.NEGATIVE_INFINITY
    },
  }
}

const BAR_COLUMNS = 20
/** Before that, what is left is a guess. */
const SURE_AFTER_MS = 1000

/** `[#####---------------]  25 %  12,000 rows, 8,000 rows/s, 0:04 left  coin_Bitcoin.csv`, cut to the columns there are. */
export function progressLine(progress: Progress, elapsedMs: number, columns: number): string {
  const { readBytes, totalBytes, rows, name } = progress
  const share = totalBytes === 0 ? 1 : Math.min(1, readBytes / totalBytes)
  const bar = '#'.repeat(Math.round(share * BAR_COLUMNS)).padEnd(BAR_COLUMNS, '-')
  const perSecond = elapsedMs < SURE_AFTER_MS ? '' : `, ${whole((rows / elapsedMs) * 1000)} rows/s`
  const left = elapsedMs < SURE_AFTER_MS || share === 0 ? '' : `, ${duration((elapsedMs / share) * (1 - share))} left`
  const percent = String(Math.floor(share * 100)).padStart(3)
  // A line as wide as the terminal would wrap, and leave a part of it behind at each redraw.
  return `[${bar}] ${percent} %  ${whole(rows)} rows${perSecond}${left}  ${name}`.slice(0, Math.max(0, columns - 1))
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
