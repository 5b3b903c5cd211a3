import { type Program, startProgram } from './process.ts'

/** Starts a TypeScript program of the tests. */
export function startScript(file: string, ...args: readonly string[]): Program {
  return startProgram([process.execPath, file, ...args])
}

/** Kills a program after so many milliseconds, unless it has ended by then. @returns what it had printed */
export async function killAfter(program: Program, ms: number): Promise<string> {
  const timer = setTimeout(() => program.signal('SIGKILL'), ms)
  await program.ended
  clearTimeout(timer)
  return program.output()
}
