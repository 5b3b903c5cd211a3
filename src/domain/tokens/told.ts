import type { Hearing } from './hearing.ts'
import type { Sourced } from './merged.ts'
import { perWindow, quantity } from './observation.ts'

/** Reads one field of a statement; null when the source did not say. */
export type Reading<T> = (statement: Hearing) => T | null

export const DEPTH_USD: Reading<number> = ({ depthUsd }) => depthUsd
export const VOLUME_USD = perWindow<Reading<number>>((window) => {
  return ({ observation }) => quantity(observation.volumeUsd[window])
})
export const TXNS = perWindow<Reading<number>>((window) => {
  return ({ observation }) => quantity(observation.txns[window])
})

/** What the first statement that says something says; null when none does. */
export function firstTold<T>(statements: readonly Hearing[], read: Reading<T>): T | null {
  for (const statement of statements) {
    const value = read(statement)
    if (value !== null) return value
  }
  return null
}

/** The same, with who said it and when. */
export function firstSourced<T>(statements: readonly Hearing[], read: Reading<T>): Sourced<T> | null {
  for (const statement of statements) {
    const value = read(statement)
    if (value === null) continue
    const { source, observedAtMs } = statement.observation
    return { value, source, observedAtMs }
  }
  return null
}
