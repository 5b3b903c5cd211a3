import type { Clock } from '../../../ports/clock.ts'

export interface TurnsOptions<T> {
  readonly clock: Clock
  /** How many are served before anything else may run. */
  readonly perTurn: number
  /** Those to be served in a round that begins now; it may change meanwhile, as a `Map` or `Set` may. */
  readonly all: () => Iterator<T>
  readonly serve: (one: T) => void
}

export interface Turns {
  /** A round in which everybody is served once. */
  begin(): void
}

/**
 * Serves so many, then lets everything else run, then the next. A round that is to begin while another is under way
 * comes after it, so nobody starves however often that happens.
 */
export function inTurns<T>({ clock, perTurn, all, serve }: TurnsOptions<T>): Turns {
  let round: Iterator<T> | null = null
  let isAgain = false
  const turn = () => {
    for (let left = perTurn; left > 0 && round !== null; left--) {
      const place = round.next()
      if (place.done !== true) serve(place.value)
      else {
        round = isAgain ? all() : null
        isAgain = false
      }
    }
    if (round !== null) clock.after(0, turn)
  }
  return {
    begin() {
      isAgain = round !== null
      round ??= all()
      if (!isAgain) turn()
    },
  }
}
