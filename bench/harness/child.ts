import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A process of the bench. It answers one question at a time: a line of JSON in, a line of JSON out. */
export interface Child {
  /** What it said of itself when it was ready. */
  readonly ready: unknown
  /** @throws Error when it ends instead of answering. */
  ask(question: unknown): Promise<unknown>
  stop(): Promise<void>
}

export interface ChildOptions {
  /** Absolute path of a file that calls `answering`. */
  readonly file: string
  readonly args?: readonly string[]
  /** The program that runs the file; by default the one that runs the bench. */
  readonly runtime?: string
  /** The only core it may run on; null: wherever the system likes. */
  readonly core: number | null
}

/** Starts a process and waits until it is ready. It ends by itself when the bench does: its standard input closes. */
export async function startChild({ file, args = [], runtime = process.execPath, core }: ChildOptions): Promise<Child> {
  // Every server of ours runs under the flags of `npm run bench`, which are those of `npm start`.
  const flags = runtime === process.execPath ? process.execArgv : []
  const [command = runtime, ...rest] = pinned(core, [runtime, ...flags, file, ...args])
  const env = { ...process.env, NODE_ENV: 'production' }
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'], env })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<unknown> => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error(`${file} ended without an answer`)
    return JSON.parse(value)
  }
  return {
    ready: await answer(),
    ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`)
      return answer()
    },
    stop: () => ended(child),
  }
}

/** The command that runs `command` on one core only. */
export function pinned(core: number | null, command: readonly string[]): readonly string[] {
  return core === null ? command : ['taskset', '-c', String(core), ...command]
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}
