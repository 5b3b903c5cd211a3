import { readFileSync } from 'node:fs'

/** Descriptors that a process needs besides its connections. */
const OTHER_DESCRIPTORS = 200
/** Of all servers and subscribers together, kernel buffers included; on the generous side. */
const BYTES_PER_SUBSCRIBER = 500_000

/** Why so many subscribers do not fit on this machine; null: they do. */
export function noRoomFor(subscribers: number): string | null {
  const descriptors = descriptorsMax()
  if (descriptors < subscribers + OTHER_DESCRIPTORS) return `a process may open ${descriptors} files only`
  const bytes = process.availableMemory()
  if (bytes < subscribers * BYTES_PER_SUBSCRIBER) return `only ${Math.round(bytes / 2 ** 20)} MB of memory are free`
  return null
}

/** Node raises its limit to this by itself. Where the system does not tell: enough. */
function descriptorsMax(): number {
  try {
    const [, max = ''] = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return max === '' ? Number.POSITIVE_INFINITY : Number(max)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
