import { Refusal } from '../problem.ts'

/** @param waitMs after which it is worth another try */
export function tooMany(sentence: string, waitMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  return new Refusal('too_many_requests', sentence, { 'retry-after': String(seconds) })
}
