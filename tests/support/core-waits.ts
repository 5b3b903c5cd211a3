import { readFileSync } from 'node:fs'

/**
 * Milliseconds since its begin in which the main thread of a process could have run, and other programs had the cores.
 * Linux counts them; elsewhere, and of a process that is gone, it is 0.
 */
export function waitedMs(pid: number): number {
  try {
    const [, waitedNs = '0'] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')
    return Number(waitedNs) / 1e6
  } catch {
    return 0
  }
}
