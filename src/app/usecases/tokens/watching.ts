import type { BoardWatch } from '../../../ports/board-watch.ts'
import type { Room } from './room.ts'

/** The board for those who keep its history. */
export function watching({ publishing, shelf, views }: Room): BoardWatch {
  return {
    isDeciding: publishing.isDeciding,
    onBoard: views.onBoard,
    ids: shelf.ids,
    row: shelf.row,
  }
}
