import type { TapCounts } from '../../src/ports/taps.ts'
import type { Asked } from './tap-queries-questions.ts'
import { NOW_MS } from './tap-queries-taps.ts'
import type { Names, Truth } from './tap-queries-truth.ts'

/**
 * Everything in which an answer is not what the rows say, as sentences.
 * @param names of its buckets
 */
export function differences(asked: Asked, answer: TapCounts, truth: Truth, names: Names): readonly string[] {
  return [...ofRange(answer, truth), ...ofEdges(answer, names), ...ofCounts(asked, answer, { truth, names })]
}

function ofRange({ fromMs, toMs, buckets }: TapCounts, truth: Truth): readonly string[] {
  const [first, last] = [buckets[0], buckets.at(-1)]
  const holds = fromMs >= toMs ? first === undefined : isHeld(first?.startMs, last?.endMs, truth)
  return [
    ...(fromMs === truth.fromMs && toMs === truth.toMs
      ? []
      : [`range ${fromMs} ${toMs}, wanted ${truth.fromMs} ${truth.toMs}`]),
    ...(holds ? [] : ['the buckets do not hold the range']),
    ...buckets.flatMap(({ startMs }, i) =>
      i > 0 && buckets[i - 1]?.endMs !== startMs
        ? [`the bucket of ${iso(startMs)} does not begin where the last one ends`]
        : [],
    ),
    ...buckets.flatMap(({ startMs, endMs, isPartial }) =>
      isPartial === (startMs < truth.fromMs || endMs > Math.min(truth.toMs, NOW_MS))
        ? []
        : [`the bucket of ${iso(startMs)}: partial ${isPartial}`],
    ),
  ]
}

function isHeld(startMs = Number.NaN, endMs = Number.NaN, { fromMs, toMs }: Truth): boolean {
  return startMs <= fromMs && endMs >= toMs
}

/** A bucket begins where its name does, and has one name. */
function ofEdges({ buckets }: TapCounts, names: Names): readonly string[] {
  return buckets.flatMap(({ startMs, endMs }, i) => {
    const [before, first, last] = names[i] ?? []
    return before !== first && first === last
      ? []
      : [`the bucket from ${iso(startMs)} to ${iso(endMs)}: ${first} begins after ${before} and ends with ${last}`]
  })
}

interface Known {
  readonly truth: Truth
  readonly names: Names
}

function ofCounts(asked: Asked, { buckets, byTag, total }: TapCounts, { truth, names }: Known): readonly string[] {
  const sums = new Map<string, number>()
  const add = (key: string, count: number) => void sums.set(key, (sums.get(key) ?? 0) + count)
  for (const [key, count] of truth.counts) add(key.slice(key.indexOf(' ')), count)
  const found = new Map(buckets.map(({ count }, i) => [` ${names[i]?.[1]}`, count]))
  const cells = new Map(
    (byTag ?? []).flatMap(({ tag, counts }) => counts.map((count, i) => [`${tag} ${names[i]?.[1]}`, count] as const)),
  )
  const wanted = [...truth.counts.values()].reduce((sum, count) => sum + count, 0)
  return [
    ...unlike(found, sums),
    ...((byTag === null) === asked.byTag ? ['counts by tag are there, or are not, against the question'] : []),
    ...(asked.byTag ? unlike(cells, truth.counts) : []),
    ...(byTag ?? []).flatMap(({ tag, counts }) => (counts.some((count) => count > 0) ? [] : [`tag ${tag} has no tap`])),
    ...(total === wanted ? [] : [`total ${total}, wanted ${wanted}`]),
  ]
}

function unlike(found: ReadonlyMap<string, number>, wanted: ReadonlyMap<string, number>): readonly string[] {
  return [...new Set([...found.keys(), ...wanted.keys()])].flatMap((key) =>
    (found.get(key) ?? 0) === (wanted.get(key) ?? 0)
      ? []
      : [`${key}: ${found.get(key)}, wanted ${wanted.get(key) ?? 0}`],
  )
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
