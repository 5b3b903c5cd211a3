import type { Position } from '../../ports/broadcaster.ts'

/**
 * `<epoch>-<seq>`, which is also the id of an entry in a Redis stream: a later epoch sorts behind an earlier one.
 * @throws RangeError for an epoch that is no text of digits up to 2^53, or a seq that is no count: a caller's mistake.
 */
export function entryId({ epoch, seq }: Position): string {
  if (!/^(0|[1-9]\d*)$/.test(epoch) || !Number.isSafeInteger(Number(epoch))) {
    throw new RangeError('An epoch of the shared board is a whole number written in digits.')
  }
  if (!Number.isSafeInteger(seq) || seq < 0) throw new RangeError('A seq is a whole number from 0 on.')
  return `${epoch}-${seq}`
}

/** The other way round; `id` was made by `entryId`. */
export function positionOf(id: string): Position {
  const [epoch = '', seq = ''] = id.split('-')
  return { epoch, seq: Number(seq) }
}

/** Whether one position comes behind another. */
export function isAfter(one: Position, other: Position): boolean {
  const ahead = Number(one.epoch) - Number(other.epoch)
  return ahead > 0 || (ahead === 0 && one.seq > other.seq)
}
