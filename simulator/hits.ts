import { SOURCES, type Source } from './model.ts'

/** Beyond so many different addresses the rest is counted together, so that a long run costs no memory. */
const PATHS_MAX = 10_000

export interface HitCounts extends Readonly<Record<Source, number>> {
  readonly total: number
  /** By source, path and query: `"dexscreener /latest/dex/search?q=SOL"`. */
  readonly paths: Readonly<Record<string, number>>
}

/** Every request to a fake source, whatever became of it. */
export interface Hits {
  add(source: Source, url: string): void
  read(): HitCounts
  reset(): void
}

export function hitCounter(): Hits {
  const counts = new Map<Source, number>()
  const paths = new Map<string, number>()
  return {
    add(source, url) {
      counts.set(source, (counts.get(source) ?? 0) + 1)
      const key = `${source} ${url}`
      const counted = paths.has(key) || paths.size < PATHS_MAX ? key : `${source} (other)`
      paths.set(counted, (paths.get(counted) ?? 0) + 1)
    },
    read() {
      const [dexscreener, jupiter, geckoterminal, coingecko] = SOURCES.map((source) => counts.get(source) ?? 0)
      const each = {
        dexscreener: dexscreener ?? 0,
        jupiter: jupiter ?? 0,
        geckoterminal: geckoterminal ?? 0,
        coingecko: coingecko ?? 0,
      }
      const total = Object.values(each).reduce((sum, count) => sum + count, 0)
      return { ...each, total, paths: Object.fromEntries(paths) }
    },
    reset() {
      counts.clear()
      paths.clear()
    },
  }
}
