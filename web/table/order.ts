/** How long the order stays after the reason to hold it has ended, and at least between two changes of it. */
const REST_MS = 1_000

export type HoldReason = 'pointer' | 'focus' | 'scroll' | 'press' | 'selection' | 'pause'

/**
 * When rows may change places: not while somebody points at them, works with them or reads on, or the wrong one is
 * clicked. Values are never held.
 */
export class OrderHold {
  readonly #reasons = new Set<HoldReason>()
  #endedAtMs = Number.NEGATIVE_INFINITY
  #appliedAtMs = Number.NEGATIVE_INFINITY

  begin(reason: HoldReason): void {
    this.#reasons.add(reason)
  }

  end(reason: HoldReason, nowMs: number): void {
    if (this.#reasons.delete(reason)) this.#endedAtMs = nowMs
  }

  applied(nowMs: number): void {
    this.#appliedAtMs = nowMs
  }

  isHeld(): boolean {
    return this.#reasons.size > 0
  }

  has(reason: HoldReason): boolean {
    return this.#reasons.has(reason)
  }

  mayApply(nowMs: number): boolean {
    return !this.isHeld() && nowMs >= Math.max(this.#endedAtMs, this.#appliedAtMs) + REST_MS
  }
}

/** How many rows have to move, come or go to turn one order into the other: the fewest with which it can be done. */
export function movesBetween(shown: readonly string[], wanted: readonly string[]): number {
  const places = new Map(wanted.map((id, place) => [id, place]))
  const kept = shown.flatMap((id) => places.get(id) ?? [])
  const staying = longestRise(kept)
  const gone = shown.length - kept.length
  const come = wanted.length - kept.length
  return kept.length - staying + gone + come
}

/** Length of the longest increasing subsequence: those rows keep their places relative to each other. */
function longestRise(places: readonly number[]): number {
  const tails: number[] = []
  for (const place of places) {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((tails[middle] ?? 0) < place) low = middle + 1
      else high = middle
    }
    tails[low] = place
  }
  return tails.length
}
