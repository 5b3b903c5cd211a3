import { randomUUID } from 'node:crypto'
import type { Board } from '../../../src/adapters/board/board.ts'
import type { AppendedTick, LogEntry, Position } from '../../../src/ports/broadcaster.ts'
import type { Claim } from '../../../src/ports/lease.ts'

/** A claim that succeeded. @throws Error when another holds the lease. */
export async function claimed(board: Board): Promise<Extract<Claim, { held: true }>> {
  const claim = await board.lease.claim()
  if (!claim.held) throw new Error('Another owner holds the lease.')
  return claim
}

/** A new epoch. @throws Error when it was refused. */
export async function begun(board: Board, start: { readonly fence: number; readonly after?: string }) {
  const answer = await board.broadcaster.begin({ after: null, body: ['the board at 0'], ...start })
  if (answer === 'fenced') throw new Error('The epoch was refused.')
  return { epoch: answer.epoch }
}

/** Appends a tick whose body names its position. */
export function appendNext(board: Board, tick: Position & { readonly fence: number; readonly nonce?: string }) {
  const full: AppendedTick = { nonce: randomUUID(), body: bodyAt(tick), ...tick }
  return board.broadcaster.append(full)
}

/** Ticks 1 to `last`. */
export async function appendUpTo(board: Board, { fence, epoch, last }: { fence: number; epoch: string; last: number }) {
  for (let seq = 1; seq <= last; seq++) await appendNext(board, { fence, epoch, seq })
}

/** What `appendNext` writes. */
export function bodyAt({ epoch, seq }: Position): string {
  return `{"tick":"${epoch}-${seq}"}`
}

/** The entries that `appendUpTo` leaves, from one seq to another. */
export function ticks(epoch: string, from: number, to: number): readonly LogEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const seq = from + index
    return { kind: 'tick', epoch, seq, body: bodyAt({ epoch, seq }) } as const
  })
}
