import { ServiceError } from '../../../domain/errors.ts'
import { isScope, readCursor, writeCursor } from '../../../domain/tokens/cursor.ts'
import type { TokenRow } from '../../../domain/tokens/row.ts'
import type { PageRequest, TokenPage } from '../../../ports/service.ts'
import { type Moment, viewKey } from './history.ts'
import type { Shelf } from './shelf.ts'

/** A cut of one board's view: the first page of the newest board, or the page a cursor names. */
export interface Cut {
  readonly moment: Moment
  readonly rows: readonly TokenRow[]
  readonly nextCursor: string | null
}

/**
 * @param first the board that a first page is cut from
 * @throws ServiceError one of the cursor's codes
 */
export function cut(shelf: Shelf, request: PageRequest, first: Moment): Cut {
  const { cursor } = request
  const { moment, offset } = cursor === null ? { moment: first, offset: 0 } : resume(shelf, request, cursor)
  const ranked = moment.ranked(request.view)
  const end = offset + request.limit
  const { epoch, seq } = moment.board
  const nextCursor = end < ranked.length ? writeCursor({ epoch, seq, offset: end, scope: scopeOf(request) }) : null
  return { moment, rows: ranked.slice(offset, end), nextCursor }
}

interface Position {
  readonly moment: Moment
  readonly offset: number
}

function resume(shelf: Shelf, request: PageRequest, text: string): Position {
  const cursor = readCursor(text)
  if (cursor === null) throw new ServiceError('invalid_cursor', 'This is not a cursor that this service gave out.')
  if (!isScope(cursor.scopeSum, scopeOf(request))) {
    throw new ServiceError('cursor_mismatch', 'The cursor belongs to a request with other parameters.')
  }
  const moment = shelf.at(cursor.seq)
  if (moment === null || moment.board.epoch !== cursor.epoch) {
    throw new ServiceError('cursor_expired', 'The snapshot this cursor walks through is gone. Start again without it.')
  }
  return { moment, offset: cursor.offset }
}

function scopeOf({ view, limit }: PageRequest): string {
  return `${viewKey(view)} ${limit}`
}

export function noData(): ServiceError {
  return new ServiceError('no_data', 'No source has answered yet, so there is nothing to show.')
}

/**
 * Unix milliseconds of the freshest fact on a page: its newest price, or, on a page without any price, the newest good
 * answer of any source (an empty list is a fact too, and has an age).
 */
export function newestFactMs({ rows, moment }: Cut): number {
  const prices = rows.map((row) => row.observedAtMs ?? Number.NEGATIVE_INFINITY)
  const answers = moment.snapshot.sources.map((source) => source.observedAtMs ?? Number.NEGATIVE_INFINITY)
  const priced = Math.max(Number.NEGATIVE_INFINITY, ...prices)
  return Number.isFinite(priced) ? priced : Math.max(Number.NEGATIVE_INFINITY, ...answers)
}

export function tooOld(limitMs: number): ServiceError {
  const seconds = Math.round(limitMs / 1000)
  return new ServiceError('too_old', `The newest price here is older than ${seconds} s, and no source has a newer one.`)
}

export function asPage(parts: Cut, { limitMs, stillWanted }: { limitMs: number; stillWanted: () => void }): TokenPage {
  const { moment, rows, nextCursor } = parts
  return { snapshot: moment.snapshot, rows, nextCursor, expiresAtMs: newestFactMs(parts) + limitMs, stillWanted }
}
