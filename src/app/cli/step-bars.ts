import type { Terminal } from './command.ts'
import { type Progress, type ProgressBar, progressBar } from './progress-bar.ts'

interface StepProgress extends Progress {
  /** What is being done with what the progress names. */
  readonly step: string
}

export interface StepBars extends ProgressBar {
  show(progress: StepProgress): void
}

/** A bar of its own for each step of work on each file: a file is checked at another pace than it is written. */
export function stepBars(terminal: Terminal, monotonicMs: () => number): StepBars {
  let bar = progressBar(terminal, monotonicMs)
  let now = ''
  return {
    show(progress) {
      const { step, name } = progress
      if (now !== `${step} ${name}`) {
        bar.clear()
        bar = progressBar(terminal, monotonicMs)
        now = `${step} ${name}`
      }
      bar.show({ ...progress, name: now })
    },
    clear: () => bar.clear(),
  }
}
