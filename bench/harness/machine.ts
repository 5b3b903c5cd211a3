import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'

/** Where each side runs. Null: not pinned. */
export interface Cores {
  readonly server: number | null
  readonly load: number | null
}

/** One core for the measured process, another for everything around it; none where the system cannot pin. */
export function chooseCores(): Cores {
  const allowed = allowedCores()
  const server = allowed[0]
  // The last one: neighbours in number are often two halves of one core.
  const load = allowed.at(-1)
  if (server === undefined || load === undefined || server === load || !hasTaskset())
    return { server: null, load: null }
  return { server, load }
}

function hasTaskset(): boolean {
  return spawnSync('taskset', ['--version']).status === 0
}

/** From a list such as `0-2,5`; empty where the system does not tell. */
function allowedCores(): readonly number[] {
  try {
    const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    return list.split(',').flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number)
      return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    })
  } catch {
    return []
  }
}

/** One line that says what the figures were measured on. */
export function machineLine({ server, load }: Cores): string {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor'
  const places = server === null ? 'not pinned to cores' : `server on core ${server}, load on core ${load}`
  return `${cpu}, ${availableParallelism()} cores, Node ${process.versions.node}, ${process.platform}, ${places}`
}
