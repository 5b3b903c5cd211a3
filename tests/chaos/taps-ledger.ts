/** One tap as a client sends it. */
export interface SentTap {
  readonly id: string
  readonly tag: string
  readonly count: number
  /** Absent: when it comes. */
  readonly at?: string
}

/** What the clients have been told, and have not. */
export interface Ledger {
  acknowledged(taps: readonly SentTap[]): void
  /** Sent at least once, and given up without ever being told. */
  abandoned(taps: readonly SentTap[]): void
  readonly told: ReadonlyMap<string, number>
  readonly untold: ReadonlyMap<string, number>
}

/** Counts of taps by their ids, which no two clients share. */
export function ledger(): Ledger {
  const told = new Map<string, number>()
  const untold = new Map<string, number>()
  const add = (to: Map<string, number>) => (taps: readonly SentTap[]) => {
    for (const { id, count } of taps) to.set(id, count)
  }
  return { acknowledged: add(told), abandoned: add(untold), told, untold }
}

/** An event that the store has. */
export interface StoredEvent {
  readonly id: string
  readonly count: number
}

export interface Comparison {
  /** Acknowledged, and not there: lost. */
  readonly lost: number
  /** There with another count than was sent, or more than once. */
  readonly wrong: number
  /** There, and never sent. */
  readonly foreign: number
  /** Never acknowledged, and there all the same: that is allowed, once. */
  readonly untoldButThere: number
  /** Of all that is there. */
  readonly sum: number
}

export function compare({ told, untold }: Ledger, events: readonly StoredEvent[]): Comparison {
  const found = new Set(events.map(({ id }) => id))
  const sentCount = (id: string) => told.get(id) ?? untold.get(id)
  const foreign = events.filter(({ id }) => sentCount(id) === undefined).length
  const other = events.filter(({ id, count }) => sentCount(id) !== undefined && sentCount(id) !== count).length
  return {
    lost: [...told.keys()].filter((id) => !found.has(id)).length,
    wrong: other + (events.length - found.size),
    foreign,
    untoldButThere: [...untold.keys()].filter((id) => found.has(id)).length,
    sum: events.reduce((sum, { count }) => sum + count, 0),
  }
}
