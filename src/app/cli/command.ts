import type { Environment } from '../config.ts'

/** Exit statuses that scripts rely on. */
export const DONE = 0
export const FAILED = 1
export const WRONG_USAGE = 2
export const WRONG_CONFIGURATION = 78

/** One thing that the command line can do. */
export interface Command {
  /** One word or more: `import coins`. */
  readonly name: string
  /** The arguments after the name, as help shows them; empty: it takes none. */
  readonly usage: string
  /** Ends the sentence "npm run cli -- NAME ...". */
  readonly about: string
  /** What its own `--help` says beneath; without it, that prints the help of everything. */
  readonly details?: string
  /** Its options, each with a value: `tags` is `--tags VALUE`. */
  readonly options?: readonly string[]
  /** How many arguments it takes. */
  readonly least: number
  readonly most: number
  /** @returns the exit status. What it throws is told in one line, and the status is by its kind. */
  run(args: readonly string[], surroundings: Surroundings, options: Options): Promise<number>
}

/** The values of the options that were given, by name. */
export type Options = Readonly<Partial<Record<string, string>>>

/** What a command has of the process around it. */
export interface Surroundings {
  /** With the settings of an `.env` file. */
  readonly env: () => Environment
  readonly print: (text: string) => void
  /** To standard error: what is not the result. */
  readonly tell: (text: string) => void
  /** Standard error, when a person looks at it. */
  readonly terminal: Terminal | null
  readonly monotonicMs: () => number
  /**
   * From now on the first SIGINT or SIGTERM aborts this signal, with Interrupted as the reason, instead of ending the
   * process at once.
   */
  readonly interruption: () => AbortSignal
}

export interface Terminal {
  write(text: string): void
  /** Its width now. */
  readonly columns: () => number
}

/** The arguments ask for nothing that there is. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A person or a supervisor wants the process to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  /** As shells count: 128 and the number of the signal. */
  readonly status: number

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`Interrupted by ${signal}.`)
    this.status = signal === 'SIGINT' ? 130 : 143
  }
}
