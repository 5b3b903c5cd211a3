import { applyTick, type Board, type Change, emptyBoard, liveRows, rowOf } from '../../../domain/tokens/board.ts'
import type { TokenId } from '../../../domain/tokens/identity.ts'
import { mergeToken } from '../../../domain/tokens/merge.ts'
import type { Merged, MergeParameters, Sourced } from '../../../domain/tokens/merged.ts'
import type { TokenRow } from '../../../domain/tokens/row.ts'
import type { Position } from '../../../ports/broadcaster.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Snapshot, SourceState } from '../../../ports/service.ts'
import { type History, history, type Moment } from './history.ts'
import type { Basis, BoardText, News } from './news.ts'

/** The boards as they are read: everything that is asked of them, and the one way in which they change. */
export interface Shelf {
  head(): Moment | null
  at(seq: number): Moment | null
  position(): Position
  row(id: TokenId): TokenRow | undefined
  basis(id: TokenId): Basis | undefined
  ids(): Iterable<TokenId>
  /** A decision, made again from its basis. */
  merge(basis: Basis): Merged
  /** The decision behind a row of the newest board; null for a token that is not there. */
  decision(id: TokenId): Merged | null
  /** What one SOL is worth on the newest board, and who says so. */
  solUsd(): Sourced<number> | null
  sources(): readonly SourceState[]
  isAnswered(text: string): boolean
  /** True when the newest news say that no source lists the token. */
  isUnlisted(id: TokenId): boolean
  /** True when the newest news say that the text has been asked for. */
  isSettled(text: string): boolean
  /** The next board. @returns the newest one that can be shown. */
  apply(news: News): Moment | null
  /** Another board in place of this one, and the news since. Boards of other epochs are gone; nobody sees the steps. */
  restart(from: Position & { readonly board: BoardText }, tail?: readonly News[]): void
  /**
   * The oldest board that is kept of the newest `boardsMax` (head aside), with which, and with the news since, another
   * instance can honour the positions that this one honours.
   */
  oldest(boardsMax: number): (BoardText & Position) | null
  /** The newest board as a text for a new epoch. */
  newest(): BoardText
}

export interface ShelfParts {
  readonly clock: Clock
  readonly parameters: MergeParameters
  readonly epoch: string
  /** Called with the boards that came, if they can be shown, and what all of them changed (nothing after a restart). */
  readonly onBoards: (boards: readonly Board[], changes: readonly Change[], newest: Snapshot) => void
  /** Called after each move to another position, shown or not. */
  readonly onMove: () => void
}

const NO_NEWS: News = {
  asOfMs: 0,
  upserts: [],
  removes: [],
  bases: [],
  sol: null,
  sources: [],
  answered: [],
  unlisted: [],
  settled: [],
}

export function shelf(parts: ShelfParts): Shelf {
  const { clock, parameters } = parts
  let moments: History = history()
  let board: Board = emptyBoard(parts.epoch)
  let bases = new Map<TokenId, Basis>()
  let answered: ReadonlySet<string> = new Set()
  let last: News = NO_NEWS
  /** Of each board: what it holds beside rows and bases. */
  const asides = new WeakMap<Board, News>()
  const merged = new WeakMap<Basis, Merged>()

  function learn(news: News): void {
    for (const id of news.removes) bases.delete(id)
    for (const basis of news.bases) bases.set(basis.id, basis)
    answered = new Set(news.answered)
    last = { ...news, upserts: [], removes: [], bases: [] }
    asides.set(board, last)
  }

  /** @returns false for a board for which no source ever answered: to show it would claim that there are no tokens. */
  function keep(news: News): boolean {
    learn(news)
    const isShown = isShowable(news)
    if (isShown) moments.push(board, snapshotOf(board, news), clock.monotonicMs())
    return isShown
  }

  function step(news: News): readonly Change[] {
    const { upserts, removes } = news
    const next = applyTick(board, { seq: board.seq + 1, upserts, removes })
    board = next.board
    return next.changes
  }

  function tell(boards: readonly Board[], changes: readonly Change[]): void {
    const newest = moments.head()
    if (newest !== null && boards.length > 0) parts.onBoards(boards, changes, newest.snapshot)
    parts.onMove()
  }

  function merge(basis: Basis): Merged {
    const known = merged.get(basis) ?? mergeToken(basis.observations, { ...basis, parameters })
    merged.set(basis, known)
    return known
  }

  /**
   * A board as text. Its bases are always the newest: those between an older board and the newest come again with the
   * news between them.
   */
  const asText = (one: Board): BoardText => ({
    rows: liveRows(one),
    news: { ...(asides.get(one) ?? last), unlisted: [], settled: [], bases: [...bases.values()] },
  })

  return {
    head: () => moments.head(),
    at: (seq) => moments.at(seq),
    position: () => ({ epoch: board.epoch, seq: board.seq }),
    row: (id) => rowOf(board, id),
    basis: (id) => bases.get(id),
    ids: () => bases.keys(),
    merge,
    decision(id) {
      const basis = bases.get(id)
      return basis === undefined ? null : merge(basis)
    },
    solUsd: () => last.sol,
    sources: () => last.sources,
    isAnswered: (text) => answered.has(text),
    isUnlisted: (id) => last.unlisted.includes(id),
    isSettled: (text) => last.settled.includes(text),
    apply(news) {
      const changes = step(news)
      tell(keep(news) ? [board] : [], changes)
      return moments.head()
    },
    restart({ epoch, seq, board: { rows, news } }, tail = []) {
      const before = board
      const first = applyTick(emptyBoard(epoch), { seq: 1, upserts: rows, removes: [] }).board
      board = { ...first, seq }
      moments = history()
      bases = new Map()
      const boards = keep(news) ? [board] : []
      for (const each of tail) {
        step(each)
        if (keep(each)) boards.push(board)
      }
      // Whoever follows has seen the earlier ones of this epoch already.
      tell(
        boards.filter((each) => before.epoch !== epoch || each.seq > before.seq),
        [],
      )
    },
    oldest(boardsMax) {
      const kept = moments.oldest()
      const moment = kept === null ? null : moments.at(Math.max(kept.board.seq, board.seq - boardsMax))
      if (moment === null) return null
      const { epoch, seq } = moment.board
      return { epoch, seq, ...asText(moment.board) }
    },
    newest: () => asText(board),
  }
}

/** False for a board that rests on nothing. */
export function isShowable({ sources }: Pick<News, 'sources'>): boolean {
  return sources.some((source) => source.observedAtMs !== null)
}

function snapshotOf({ epoch, seq }: Board, { asOfMs, sol, sources }: News): Snapshot {
  return { epoch, seq, asOfMs, solUsd: sol?.value ?? null, solUsdObservedAtMs: sol?.observedAtMs ?? null, sources }
}
