import { type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { CHECKOUT } from './checkout.ts'

/** A program of this project, running by itself. */
export interface Program {
  readonly pid: number
  /** Everything it has printed, both streams. */
  output(): string
  /** Settles once `pattern` has appeared in the output; rejects when the program ends first. */
  said(pattern: RegExp): Promise<RegExpExecArray>
  signal(name: NodeJS.Signals): void
  /** Exit status, or the signal's name. */
  readonly ended: Promise<number | string>
  /** SIGKILL, if it still runs. */
  [Symbol.asyncDispose](): Promise<void>
}

/** @param env replaces the environment but for PATH and HOME, so that no setting of the machine gets in */
export function startProgram(command: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  return programOf(launch(command, env))
}

/** A program together with all that it starts, as a terminal runs it. */
export interface Job extends Program {
  /** SIGINT to all of them. */
  ctrlC(): void
}

export function startJob(command: readonly string[], env: Readonly<Record<string, string>> = {}): Job {
  const child = launch(command, env, { detached: true })
  const kill = () => signalGroup(child, 'SIGKILL')
  // A group of its own does not end with the terminal of the tests.
  process.once('exit', kill)
  const program = programOf(child)
  return {
    ...program,
    ctrlC: () => signalGroup(child, 'SIGINT'),
    async [Symbol.asyncDispose]() {
      kill()
      await program.ended
    },
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>

function launch(command: readonly string[], env: Readonly<Record<string, string>>, options: SpawnOptions = {}): Child {
  const [file = process.execPath, ...args] = command
  const { PATH = '', HOME = '' } = process.env
  // Nothing is to be left in the checkout: a test that wants a history says where.
  const whole = { PATH, HOME, DATA_DIR: 'none', ...env }
  return spawn(file, args, { ...options, cwd: CHECKOUT, env: whole, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Harmless when all of the group have ended. */
function signalGroup({ pid }: Child, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function programOf(child: Child): Program {
  // Not `exit`: what it said last may still be on the way then.
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  const text = collect(child)
  return {
    pid: child.pid ?? -1,
    output: () => text.value,
    said: (pattern) => text.until(pattern, ended),
    signal: (name) => void child.kill(name),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function collect(child: Child) {
  const text = { value: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text.value += chunk
      child.emit('said')
    })
  }
  return {
    get value() {
      return text.value
    },
    async until(pattern: RegExp, ended: Promise<unknown>): Promise<RegExpExecArray> {
      let over = false
      ended.then(() => {
        over = true
        child.emit('said')
      })
      for (;;) {
        const found = pattern.exec(text.value)
        if (found !== null) return found
        if (over) throw new Error(`It ended without saying ${pattern}:\n${text.value}`)
        await once(child, 'said')
      }
    },
  }
}
