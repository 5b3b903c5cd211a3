import { readFileSync } from 'node:fs'

const PAGE_BYTES = 4096

/** What all TCP connections of the machine, of both ends, hold in the system; null where it does not tell. */
export function kernelMb(): number | null {
  try {
    const [, pages] = /^TCP: .* mem (\d+)$/m.exec(readFileSync('/proc/net/sockstat', 'latin1')) ?? []
    return pages === undefined ? null : Math.round((Number(pages) * PAGE_BYTES) / 1024 ** 2)
  } catch {
    return null
  }
}
