import type { Tap } from '../../../domain/taps/tap.ts'
import type { TapBatch } from '../../../ports/tap-store.ts'
import { checkTexts } from '../texts.ts'
import { isUid } from './tags.ts'

const INT4_MAX = 2_147_483_647
/** Within the years that the calendar of the service has. */
const TIME_MAX = 253_402_300_799_999

/** A tap on its way to the engine. */
export interface Given {
  /** Its number among all. */
  readonly i: number
  /** The number of its batch. */
  readonly batch: number
  /** Null: whichever the tag's is. */
  readonly team: number | null
  readonly id: string
  /** Null: one that no tag can have. */
  readonly tag: string | null
  readonly count: number
  readonly at: number
  readonly timed: boolean
}

export interface GivenBatch {
  readonly teamId: number | null
  readonly taps: readonly Tap[]
}

/** All taps of all batches, numbered through. */
export function givenOf(batches: readonly GivenBatch[], nowMs: number): readonly Given[] {
  let i = 0
  return batches.flatMap(({ teamId: team, taps }, batch) =>
    taps.map(({ id, tag, count, atMs }) => {
      i += 1
      const timed = atMs !== null
      return { i, batch, team, id, tag: isUid(tag) ? tag : null, count, at: atMs ?? Math.floor(nowMs), timed }
    }),
  )
}

/** @throws ServiceError `invalid_body` for a text that cannot be kept; RangeError for what no caller may hand over */
export function checkTaps(taps: readonly Tap[], retry: TapBatch['retry']): void {
  checkTexts([retry?.key ?? null, retry?.fingerprint ?? null])
  checkTexts(taps.map(({ id }) => id))
  for (const { count, atMs } of taps) {
    if (!Number.isInteger(count) || count < 1 || count > INT4_MAX) {
      throw new RangeError('The count of a tap is a whole number from 1.')
    }
    if (atMs !== null && !(Number.isInteger(atMs) && Math.abs(atMs) <= TIME_MAX)) {
      throw new RangeError('The time of a tap is in whole milliseconds.')
    }
  }
}
