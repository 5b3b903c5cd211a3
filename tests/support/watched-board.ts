import { SourceError } from '../../src/domain/errors.ts'
import type { Change } from '../../src/domain/tokens/board.ts'
import type { TokenId } from '../../src/domain/tokens/identity.ts'
import type { TokenRow } from '../../src/domain/tokens/row.ts'
import type { BoardFeed } from '../../src/ports/board-feed.ts'
import type { BoardWatch } from '../../src/ports/board-watch.ts'

/** A board that a test fills by hand, as those see it who keep its history. */
export interface WatchedBoard extends BoardWatch {
  deciding: boolean
  /** The next board: these rows are new or changed, and these tokens gone. */
  show(asOfMs: number, rows: readonly TokenRow[], removed?: readonly TokenId[]): void
  listeners(): number
  readonly pools: Map<TokenId, string>
  /** How many calls can still be lent. */
  spare: number
}

export function watchedBoard(): WatchedBoard {
  const rows = new Map<TokenId, TokenRow>()
  const listeners = new Set<Parameters<BoardFeed['onBoard']>[0]>()
  let seq = 0
  const self: WatchedBoard = {
    deciding: true,
    isDeciding: () => self.deciding,
    ids: () => rows.keys(),
    row: (id) => rows.get(id),
    listeners: () => listeners.size,
    pools: new Map(),
    spare: Number.POSITIVE_INFINITY,
    poolOf: (id) => self.pools.get(id) ?? null,
    async lendCall() {
      if (self.spare < 1) throw new SourceError('budget_spent', 'none to spare')
      self.spare -= 1
    },
    onBoard(run) {
      listeners.add(run)
      return () => void listeners.delete(run)
    },
    show(asOfMs, shown, removed = []) {
      const changes: Change[] = removed.map((id) => [rows.get(id), undefined])
      for (const id of removed) rows.delete(id)
      for (const row of shown) {
        changes.push([rows.get(row.id), row])
        rows.set(row.id, row)
      }
      seq += 1
      const snapshot = { epoch: '1', seq, asOfMs, solUsd: null, solUsdObservedAtMs: null, sources: [] }
      for (const run of listeners) run(snapshot, changes)
    },
  }
  return self
}
