import type { TapStore } from '../../../ports/tap-store.ts'

/** So many lists, none of them longer than so many. */
const KEPT_MAX = 1_000
const LENGTH_MAX = 1_000

type Edges = Pick<TapStore, 'boundaries'>

/** Where days and months begin in a zone is asked again and again, and does not change while the process lives. */
export function knownEdges(store: Edges): Edges {
  const kept = new Map<string, readonly number[]>()
  return {
    async boundaries(unit, zone, range) {
      const name = `${unit} ${zone} ${range.fromMs} ${range.toMs}`
      const known = kept.get(name)
      if (known !== undefined) return known
      const found = await store.boundaries(unit, zone, range)
      if (found !== null && found.length <= LENGTH_MAX) kept.set(name, found)
      const [oldest] = kept.keys()
      if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest)
      return found
    },
  }
}
