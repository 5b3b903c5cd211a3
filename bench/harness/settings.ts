import type { Cores } from './machine.ts'

/** How a run is done. */
export interface Settings {
  readonly cores: Cores
  /** How often each case is measured; the cases take turns. */
  readonly rounds: number
  /** Length of one measurement of an HTTP case. */
  readonly seconds: number
  /** Says what is going on, on one line. */
  readonly progress: (what: string) => void
}
