import { SourceError } from '../../domain/errors.ts'
import type { Counter } from '../../ports/metrics.ts'
import type { SourceAnswer, TokenSource } from '../../ports/token-source.ts'

/**
 * The same source, with its questions counted by how they ended: `ok`, or the reason of the failure.
 * @param ends has the labels source and outcome
 */
export function measuredSource<S extends TokenSource>(source: S, ends: Counter): S {
  const counted = async (asking: Promise<SourceAnswer>) => {
    try {
      const answer = await asking
      ends.add([source.name, 'ok'])
      return answer
    } catch (error) {
      ends.add([source.name, error instanceof SourceError ? error.reason : 'fault'])
      throw error
    }
  }
  return {
    ...source,
    search: (text, signal) => counted(source.search(text, signal)),
    lookup: (ids, signal) => counted(source.lookup(ids, signal)),
  }
}
