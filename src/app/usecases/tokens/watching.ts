import type { PoolFact } from '../../../domain/tokens/merged.ts'
import type { BoardWatch } from '../../../ports/board-watch.ts'
import type { Room } from './room.ts'

/** The board for those who keep its history. */
export function watching({ publishing, shelf, views, fetch }: Room): BoardWatch {
  return {
    isDeciding: publishing.isDeciding,
    onBoard: views.onBoard,
    ids: shelf.ids,
    row: shelf.row,
    poolOf(id, source) {
      const pools = shelf.decision(id)?.pools ?? []
      const known = pools.filter(({ witnesses }) => witnesses.includes(source))
      return (known.length > 0 ? known : pools).reduce(deeper, null)?.pool ?? null
    },
    lendCall: fetch.lend,
  }
}

function deeper(deepest: PoolFact | null, pool: PoolFact): PoolFact {
  return deepest === null || (pool.depthUsd ?? -1) > (deepest.depthUsd ?? -1) ? pool : deepest
}
