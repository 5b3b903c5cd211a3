import type { Db } from '../../src/adapters/store/db.ts'
import type { SqlTapStore } from '../../src/adapters/store/taps/store.ts'
import type { GroupReport } from '../harness/report.ts'

/** From so many on the targets of a large store hold. */
export const MANY_TAPS = 10_000_000

/** What is measured on. */
export interface Bench {
  readonly name: 'embedded' | 'PostgreSQL'
  readonly db: Db
  readonly store: SqlTapStore
  /** How many there are. */
  readonly taps: number
}

export type Part = Pick<GroupReport, 'rows' | 'judged'>

export async function timed<T>(run: () => Promise<T>): Promise<[T, number]> {
  const startMs = performance.now()
  const result = await run()
  return [result, performance.now() - startMs]
}

/** @param share of the values are not above it */
export function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN
}
