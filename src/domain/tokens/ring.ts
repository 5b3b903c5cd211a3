import type { Board } from './board.ts'

/** At least so many boards are kept, and none is dropped before it is so old. */
export const KEEP_BOARDS = 64
export const KEEP_MS = 60_000
/** However fast boards come, no more than this are kept. */
export const KEEP_BOARDS_MAX = 1024

/** The last boards of one epoch, without a gap between them. */
export interface BoardRing {
  head(): Board | null
  /** The boards from one seq to another, both included; empty when the first is not kept. */
  between(fromSeq: number, toSeq: number): readonly Board[]
  /** Adds the next board. One that does not follow the head drops all others: no view could be led across the gap. */
  push(board: Board, monotonicMs: number): void
}

export function boardRing(): BoardRing {
  let kept: { readonly board: Board; readonly bornMs: number }[] = []
  return {
    head: () => kept.at(-1)?.board ?? null,
    between(fromSeq, toSeq) {
      const start = kept.findIndex(({ board }) => board.seq === fromSeq)
      return start === -1 ? [] : kept.slice(start, start + toSeq - fromSeq + 1).map(({ board }) => board)
    },
    push(board, monotonicMs) {
      const head = kept.at(-1)?.board
      if (head === undefined || !isNext(head, board)) kept = []
      kept.push({ board, bornMs: monotonicMs })
      const oldestMs = monotonicMs - KEEP_MS
      const isSpare = () => kept.length > KEEP_BOARDS && (kept[0]?.bornMs ?? 0) < oldestMs
      while (kept.length > KEEP_BOARDS_MAX || isSpare()) kept.shift()
    },
  }
}

/** True when nothing lies between the two boards. */
export function isNext(head: Board, board: Board): boolean {
  return board.epoch === head.epoch && board.seq === head.seq + 1
}
