import type { Holder } from '../../../domain/access/team.ts'
import type { StreamLimits } from './limits.ts'

/** Who opens a stream. */
export interface Visitor {
  /** Null when it is not known. */
  readonly address: string | null
  /** Whose key or ticket came with it; null: nobody's. */
  readonly holder: Holder | null
}

/** How many streams there are, of each address and of each key. */
export interface Crowd {
  isFull(visitor: Visitor): boolean
  count(visitor: Visitor, by: 1 | -1): void
}

export function crowd(limits: StreamLimits): Crowd {
  const byAddress = new Map<string, number>()
  const byKey = new Map<string, number>()
  let all = 0
  const isAtMost = (counts: ReadonlyMap<string, number>, name: string | undefined, max: number) =>
    name === undefined || (counts.get(name) ?? 0) < max
  return {
    isFull: ({ address, holder }) =>
      all >= limits.connectionsMax ||
      !isAtMost(byAddress, address ?? undefined, limits.connectionsPerAddressMax) ||
      !isAtMost(byKey, holder?.key.id, limits.connectionsPerKeyMax),
    count({ address, holder }, by) {
      all += by
      add(byAddress, address ?? undefined, by)
      add(byKey, holder?.key.id, by)
    },
  }
}

function add(counts: Map<string, number>, name: string | undefined, by: 1 | -1): void {
  if (name === undefined) return
  const left = (counts.get(name) ?? 0) + by
  if (left === 0) counts.delete(name)
  else counts.set(name, left)
}
