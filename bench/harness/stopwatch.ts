import { median } from './statistics.ts'

/** A piece of work to time. */
export interface Work {
  readonly name: string
  readonly runs: number
  /** Done before each run, untimed. */
  readonly before?: () => void
  /** Its result is looked at, so that no engine can leave the work out. */
  readonly run: () => unknown
}

/** Milliseconds of a run. */
export interface Timing {
  readonly name: string
  /** Processor time of the whole process, so garbage collection too: what a busy machine changes least. */
  readonly cpuMs: number
  readonly medianMs: number
  /** Nineteen of twenty runs took no longer. */
  readonly p95Ms: number
}

/** Runs the work a third as often for warming up, then times each run. */
export function time({ name, runs, before, run }: Work): Timing {
  const elapsedMs: number[] = []
  const cpuMs: number[] = []
  const warmUps = Math.ceil(runs / 3)
  for (let i = -warmUps; i < runs; i++) {
    before?.()
    const startCpu = process.cpuUsage()
    const startMs = performance.now()
    const result = run()
    const ms = performance.now() - startMs
    const { user, system } = process.cpuUsage(startCpu)
    if (result === undefined) throw new Error(`${name} did nothing`)
    if (i < 0) continue
    elapsedMs.push(ms)
    cpuMs.push((user + system) / 1000)
  }
  const p95Ms = elapsedMs.toSorted((a, b) => a - b)[Math.floor(runs * 0.95)] ?? Number.NaN
  return { name, cpuMs: median(cpuMs), medianMs: median(elapsedMs), p95Ms }
}
