import type { Sample } from './walk.ts'

const FIELDS = 5

/** A bounded record of samples in order of time; the oldest is forgotten first. */
export interface Track {
  push(sample: Sample): void
  /** The newest sample at or before that moment, or null when all that is remembered is later. */
  at(atMs: number): Sample | null
  /** The oldest sample remembered, or null before the first push. */
  first(): Sample | null
  /** All of it, oldest first. */
  all(): Sample[]
}

/** @param capacity how many samples are remembered */
export function track(capacity: number): Track {
  const cells = new Float64Array(capacity * FIELDS)
  let count = 0
  let head = 0
  const offset = (i: number) => (((head - count + i + capacity) % capacity) * FIELDS) | 0
  const read = (i: number): Sample => {
    const [atMs = 0, priceUsd = 0, volumeUsd = 0, buys = 0, sells = 0] = cells.subarray(offset(i), offset(i) + FIELDS)
    return { atMs, priceUsd, volumeUsd, buys, sells }
  }
  return {
    push({ atMs, priceUsd, volumeUsd, buys, sells }) {
      cells.set([atMs, priceUsd, volumeUsd, buys, sells], head * FIELDS)
      head = (head + 1) % capacity
      count = Math.min(capacity, count + 1)
    },
    at(atMs) {
      let low = 0
      let high = count
      while (low < high) {
        const middle = (low + high) >> 1
        if ((cells[offset(middle)] ?? 0) <= atMs) low = middle + 1
        else high = middle
      }
      return low === 0 ? null : read(low - 1)
    },
    first: () => (count === 0 ? null : read(0)),
    all: () => Array.from({ length: count }, (_, i) => read(i)),
  }
}
