import type { TapGrid } from '../../../domain/taps/bucketing.ts'

/** What was counted for a question; all that changes with the clock is made of it anew. */
export interface Counted {
  readonly grid: TapGrid
  readonly counts: readonly number[]
  /** By tag; null when it was not asked for. */
  readonly byTag: ReadonlyMap<string, readonly number[]> | null
}

/** Numbers kept in all, eight bytes each. */
const CELLS_MAX = 1_000_000
/** What a question costs beside its numbers. */
const OVERHEAD_CELLS = 100

/** Counts that are asked for again are not counted again while nothing changed. */
export interface KeptCounts {
  /**
   * @param version of the taps, read before this was called: what is counted later may be newer, never older
   * @param count is called unless the same question has been counted, or is being counted, for this version
   */
  get(question: string, version: string, count: () => Promise<Counted>): Promise<Counted>
}

interface Kept {
  readonly version: string
  readonly counted: Promise<Counted>
  cells: number
}

/** The least recently asked are forgotten first. */
export function keptCounts(): KeptCounts {
  const kept = new Map<string, Kept>()
  let cells = 0
  const forget = (question: string, one: Kept) => {
    if (kept.get(question) !== one) return
    kept.delete(question)
    cells -= one.cells
  }
  const weigh = (question: string, one: Kept, counted: Counted) => {
    if (kept.get(question) !== one) return
    const added = cellsOf(counted)
    one.cells += added
    cells += added
    for (const [name, oldest] of kept) {
      if (cells <= CELLS_MAX) break
      forget(name, oldest)
    }
  }
  return {
    get(question, version, count) {
      const known = kept.get(question)
      if (known !== undefined) forget(question, known)
      const one = known?.version === version ? known : { version, counted: count(), cells: OVERHEAD_CELLS }
      kept.set(question, one)
      cells += one.cells
      if (one !== known) {
        one.counted.then(
          (counted) => weigh(question, one, counted),
          () => forget(question, one),
        )
      }
      return one.counted
    },
  }
}

function cellsOf({ grid, counts, byTag }: Counted): number {
  return grid.edges.length + counts.length * (1 + (byTag?.size ?? 0))
}
