import { RateLimiterMemory } from 'rate-limiter-flexible'
import { tooMany } from './too-many.ts'

/**
 * Look-ups of what may be a guess. Those that find nobody count, so many in a minute and no more; a place has no more
 * under way than it may still waste. Whoever comes beyond that waits for the answers of the others: many good keys that
 * come at once, after a restart say, are no flood.
 * @throws Refusal `too_many_requests`, and whatever asking throws: also to those who wait, for it would be the same
 */
export type Guesses = <Found>(place: string, ask: () => Promise<Found | null>) => Promise<Found | null>

export function guesses(perMinute: number, sentence: string): Guesses {
  const wasted = new RateLimiterMemory({ points: perMinute, duration: 60 })
  const underWay = new Map<string, Set<Promise<unknown>>>()
  const asked = async <Found>(place: string, ask: () => Promise<Found | null>) => {
    const found = await ask()
    if (found === null) await wasted.penalty(place)
    return found
  }
  /** Nothing may come between finding room and taking it: all who wait look for it at once. */
  const start = async <Found>(place: string, ask: () => Promise<Found | null>): Promise<Started<Found>> => {
    for (;;) {
      const standing = await wasted.get(place)
      const left = perMinute - (standing?.consumedPoints ?? 0)
      if (left <= 0) throw tooMany(sentence, standing?.msBeforeNext ?? 0)
      const running = underWay.get(place) ?? new Set()
      underWay.set(place, running)
      if (running.size < left) {
        const answer = asked(place, ask)
        running.add(answer)
        return { answer, running }
      }
      await Promise.race(running)
    }
  }
  return async (place, ask) => {
    const { answer, running } = await start(place, ask)
    try {
      return await answer
    } finally {
      running.delete(answer)
      if (running.size === 0) underWay.delete(place)
    }
  }
}

interface Started<Found> {
  readonly answer: Promise<Found | null>
  readonly running: Set<Promise<unknown>>
}
