import { z } from 'zod'
import type { TapeLine } from '../../ports/tape.ts'

const moment = { atMs: z.number(), monotonicMs: z.number() }
const ids = z.array(z.string().includes(':'))
const texts = z.array(z.string())
const sourceState = z.object({ name: z.string(), ok: z.boolean(), reason: z.string().nullable() })
const reply = z.union([
  z.object({ path: z.string(), failure: z.string() }),
  z.object({ path: z.string(), status: z.number(), observedAtMs: z.number(), body: z.unknown() }),
])

const start = z.object({
  kind: z.literal('start'),
  ...moment,
  format: z.number(),
  epoch: z.string(),
  version: z.string(),
  sources: texts,
  staleLimitMs: z.number(),
})
const answer = z.object({
  kind: z.literal('answer'),
  ...moment,
  number: z.number(),
  source: z.string(),
  question: z.union([z.object({ search: z.string() }), z.object({ lookup: ids })]),
  replies: z.array(reply),
  failure: z.string().nullable(),
})
const hearing = z.object({ kind: z.literal('hearing'), ...moment, answer: z.number() })
const tick = z.object({
  kind: z.literal('tick'),
  ...moment,
  wanted: ids.optional(),
  sources: z.array(sourceState),
  answered: texts,
  unlisted: ids,
  settled: texts,
  trends: z.array(z.tuple([z.string(), z.looseObject({}).nullable()])),
  retold: ids,
  news: z.string().nullable(),
})
const outline = z.discriminatedUnion('kind', [start, answer, hearing, tick])

/** What the text says; null when it is no line of a tape. */
export function tapeLine(text: string): TapeLine | null {
  try {
    const value: unknown = JSON.parse(text)
    // As it was written, not as the outline reads it: to the last bit.
    return outline.safeParse(value).success ? (value as TapeLine) : null
  } catch {
    return null
  }
}
