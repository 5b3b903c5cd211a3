import { createHash } from 'node:crypto'
import { awakeMs } from '../support/stalls.ts'

/** What a list showed at one position, to whoever saw it first. */
interface Sight {
  readonly content: string
  readonly by: string
}

/** Rows as a stream has them; of REST rows the fields that only REST has are left out. */
export type Rows = readonly Readonly<Record<string, unknown>>[]

/** Everything that anybody sees, compared with what others see at the same position. */
export interface Witness {
  saw(by: string, list: string, seen: { readonly epoch: string; readonly seq: number; readonly rows: Rows }): void
  /** A position of the board, seen in whatever way. */
  heardOf(epoch: string, seq: number): void
  figures(): WitnessFigures
}

export interface WitnessFigures {
  readonly compared: number
  /** Two contents of one list at one (epoch, seq); the first ten in words. */
  readonly divergences: number
  readonly examples: readonly string[]
  readonly boards: number
  readonly epochs: number
  /** Without the time in which the machine stood still, or had no core for an instance. */
  readonly longestWithoutBoardMs: number
}

const EXAMPLES_MAX = 10

/** @param timeMs passes only while those that are watched can do something */
export function witness(timeMs: () => number = awakeMs): Witness {
  const sights = new Map<string, Sight>()
  const boards = new Set<string>()
  const epochs = new Set<string>()
  const examples: string[] = []
  let compared = 0
  let divergences = 0
  let lastMs: number | null = null
  let longestMs = 0

  function heardOf(epoch: string, seq: number): void {
    const key = `${epoch}-${seq}`
    if (boards.has(key)) return
    boards.add(key)
    epochs.add(epoch)
    const nowMs = timeMs()
    longestMs = Math.max(longestMs, nowMs - (lastMs ?? nowMs))
    lastMs = nowMs
  }

  return {
    heardOf,
    saw(by, list, { epoch, seq, rows }) {
      heardOf(epoch, seq)
      const key = `${list} at ${epoch}-${seq}`
      const content = digestOf(rows)
      const first = sights.get(key)
      if (first === undefined) {
        sights.set(key, { content, by })
        return
      }
      compared += 1
      if (first.content === content) return
      divergences += 1
      if (examples.length < EXAMPLES_MAX) examples.push(`${key}: ${first.by} and ${by} differ`)
    },
    figures: () => ({
      compared,
      divergences,
      examples,
      boards: boards.size,
      epochs: epochs.size,
      longestWithoutBoardMs: Math.round(Math.max(longestMs, lastMs === null ? 0 : timeMs() - lastMs)),
    }),
  }
}

function digestOf(rows: Rows): string {
  const text = rows.map((row) => JSON.stringify(Object.entries(row).filter(isOfStreams).sort(byName)))
  return createHash('sha1').update(text.join('\n')).digest('base64')
}

function isOfStreams([name]: readonly [string, unknown]): boolean {
  return name !== 'price_sol'
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
