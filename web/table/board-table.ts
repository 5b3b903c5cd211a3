import type { ListState, StreamToken } from '../../clients/stream.ts'
import type { BoardView } from '../board/view.ts'
import { placeBefore } from './dom.ts'
import { type RowContext, sortedFigure, twinsOf } from './figures.ts'
import { Marks } from './flash.ts'
import { RowView } from './row-view.ts'
import { Screen, type ScreenDeps } from './screen.ts'
import { spokenRow } from './spoken.ts'

export type FlashMode = 'flash' | 'still'

const OVERSCAN_ROWS = 4
/** When more than this share of what is on the screen changes at once, backgrounds would make a quilt of it. */
const QUILT_SHARE = 0.25
const MOVE_SHOWN_MS = 3_000

/** A cell that shows more, or less, than before. */
interface Change {
  readonly cell: HTMLElement
  readonly isUp: boolean
}

export interface BoardTableDeps extends ScreenDeps {
  readonly context: () => Omit<RowContext, 'twins'>
  readonly isStill: () => boolean
}

/**
 * The body of the table: a window of rows over a list of any length. Rows are kept by token, taken from a pool, placed by
 * transform, and in the document in the order in which they are seen.
 */
export class BoardTable {
  readonly #deps: BoardTableDeps
  readonly #screen: Screen
  readonly #marks = new Marks()
  readonly #views = new Map<string, RowView>()
  readonly #pool: RowView[] = []
  #rows: ReadonlyMap<string, StreamToken> = new Map()
  #order: readonly string[] = []
  #twins: ReadonlySet<string> = new Set()
  /** The row that the tab key comes to. */
  #activeId: string | null = null

  constructor(deps: BoardTableDeps) {
    this.#deps = deps
    this.#screen = new Screen(deps)
    deps.body.addEventListener('focusin', (event) => this.#focused(event.target as Element))
  }

  order(): readonly string[] {
    return this.#order
  }

  row(id: string): StreamToken | undefined {
    return this.#rows.get(id)
  }

  /** Shows new values at once; rows that have left stay as they were until the order is set. */
  apply(state: ListState, changed: ReadonlySet<string>, mode: FlashMode): void {
    const before = this.#rows
    const after = new Map(state.rows.map((row) => [row.id, row]))
    for (const id of this.#order) if (!after.has(id)) keep(after, before, id)
    this.#rows = after
    const context = this.#context()
    const marks: Change[] = []
    for (const view of this.#views.values()) {
      const token = changed.has(view.id) ? after.get(view.id) : undefined
      const old = view.token()
      if (token === undefined) continue
      if (mode === 'flash' && old !== null) marks.push(...this.#changes(view, old, token))
      view.write(token, context)
    }
    this.#mark(marks)
    this.#tellLeft(state)
    // Where in the history the values stand, for whoever looks into the document.
    this.#deps.body.dataset['position'] = `${state.epoch}-${state.seq}`
  }

  /** Shows this order now. @param ids of rows that `apply` has brought */
  setOrder(ids: readonly string[]): void {
    const focused = this.#focusedId()
    const places = new Map(this.#order.map((id, place) => [id, place]))
    this.#keepInPlace(focused ?? this.#activeId, ids, focused !== null)
    this.#order = ids
    const kept = new Set(ids)
    this.#rows = new Map([...this.#rows].filter(([id]) => kept.has(id)))
    this.#meetTwins()
    this.render()
    for (const [id, view] of this.#views) {
      const was = places.get(id)
      view.root.classList.remove('left')
      if (was !== undefined) this.#showMove(view, was - ids.indexOf(id))
    }
  }

  /** Another view: from the top, without marks. */
  reset(): void {
    this.#activeId = null
    this.#screen.toTop()
  }

  /** Places and fills the rows that are on the screen. */
  render(): void {
    const { body, rowHeightPx } = this.#deps
    this.#screen.resize(this.#order.length)
    const wanted = this.#wantedRows()
    this.#retire(new Set(wanted.map(({ id }) => id)))
    const now = this.#context()
    let before: Element | null = body.firstElementChild
    for (const { id, index } of wanted) {
      const view = this.#viewOf(id)
      const token = this.#rows.get(id)
      if (token !== undefined && view.token() !== token) view.write(token, now)
      view.place(index, rowHeightPx())
      if (view.root === before) before = before.nextElementSibling
      else placeBefore(body, view.root, before)
    }
    this.#rove(wanted.map(({ id }) => id))
  }

  /** Writes everything anew: another unit, window or sort. */
  rewrite(): void {
    const context = this.#context()
    for (const view of this.#views.values()) {
      const token = this.#rows.get(view.id)
      this.#marks.clear(view.price)
      if (token !== undefined) view.write(token, context)
    }
  }

  /** What time alone changes. */
  tick(nowMs: number): void {
    for (const view of this.#views.values()) view.writeAges(nowMs)
  }

  /** Tokens that are on the screen now. */
  visible(): StreamToken[] {
    const [from, to] = this.#screen.range(this.#order.length)
    return this.#order.slice(from, to).flatMap((id) => this.#rows.get(id) ?? [])
  }

  /** Brings a row into sight and focuses it. @param index is cut to what there is */
  focusRow(index: number): void {
    const id = this.#order[Math.max(0, Math.min(index, this.#order.length - 1))]
    if (id === undefined) return
    this.#activeId = id
    this.#screen.reveal(this.#order.indexOf(id))
    this.render()
    this.#views.get(id)?.link.focus({ preventScroll: true })
  }

  /** Index of the row that the keys start from; -1 when none has been focused yet. */
  activeIndex(): number {
    return this.#activeId === null ? -1 : this.#order.indexOf(this.#activeId)
  }

  firstVisibleIndex(): number {
    return this.#screen.range(this.#order.length)[0]
  }

  rowsPerScreen(): number {
    return this.#screen.rows()
  }

  #meetTwins(): void {
    const before = this.#twins
    this.#twins = twinsOf(this.#rows.values())
    if (before.size !== this.#twins.size || [...before].some((symbol) => !this.#twins.has(symbol))) this.rewrite()
  }

  #context(): RowContext {
    return { ...this.#deps.context(), twins: this.#twins }
  }

  /** Of the price and of what the table is sorted by: the cells that say something else now. */
  #changes(view: RowView, old: StreamToken, token: StreamToken): Change[] {
    const { view: board } = this.#deps.context()
    const pairs = [
      [view.price, old.price_usd, token.price_usd],
      [sortedCell(view, board), sortedFigure(old, board), sortedFigure(token, board)],
    ] as const
    return pairs.flatMap(([cell, was, is]) =>
      cell === undefined || was === null || is === null || was === is ? [] : [{ cell, isUp: is > was }],
    )
  }

  #mark(changes: readonly Change[]): void {
    if (this.#deps.isStill()) return
    const look = changes.length > this.#screen.rows() * QUILT_SHARE ? 'tint' : 'flash'
    for (const { cell, isUp } of changes) this.#marks.set(cell, `${look}-${isUp ? 'up' : 'down'}`)
  }

  #showMove(view: RowView, places: number): void {
    view.showMove(this.#deps.isStill() ? 0 : places)
    if (places === 0) this.#marks.clear(view.moved)
    else this.#marks.set(view.moved, 'shown', MOVE_SHOWN_MS)
  }

  #tellLeft({ rows }: ListState): void {
    if (rows.length === this.#rows.size) return
    const ids = new Set(rows.map(({ id }) => id))
    for (const [id, view] of this.#views) view.root.classList.toggle('left', !ids.has(id))
  }

  /** A row that somebody is at stays where it is on the screen: the list moves under it. */
  #keepInPlace(id: string | null, ids: readonly string[], isFocused: boolean): void {
    if (id === null || !isFocused) return
    const from = this.#order.indexOf(id)
    const to = ids.indexOf(id)
    if (from < 0 || to < 0 || from === to) return
    this.#screen.resize(Math.max(ids.length, this.#order.length))
    this.#screen.scrollBy(to - from)
  }

  #wantedRows(): { readonly id: string; readonly index: number }[] {
    const [from, to] = this.#screen.range(this.#order.length)
    const first = Math.max(0, from - OVERSCAN_ROWS)
    const rows = this.#order.slice(first, to + OVERSCAN_ROWS).map((id, offset) => ({ id, index: first + offset }))
    const focused = this.#focusedId()
    // The focused row stays in the document wherever one scrolls, or the keyboard would lose its place.
    const index = focused === null ? -1 : this.#order.indexOf(focused)
    if (focused === null || index < 0 || rows.some(({ id }) => id === focused)) return rows
    const row = { id: focused, index }
    return index < first ? [row, ...rows] : [...rows, row]
  }

  #retire(wanted: ReadonlySet<string>): void {
    for (const [id, view] of this.#views) {
      if (wanted.has(id)) continue
      this.#views.delete(id)
      this.#marks.clear(view.price)
      this.#passFocusOn(view)
      view.root.remove()
      this.#pool.push(view)
    }
  }

  #passFocusOn(view: RowView): void {
    if (document.activeElement !== view.link) return
    const nearest = [...this.#views.values()][0]
    nearest?.link.focus({ preventScroll: true })
  }

  #viewOf(id: string): RowView {
    const existing = this.#views.get(id)
    if (existing !== undefined) return existing
    const view = this.#pool.pop() ?? new RowView()
    this.#views.set(id, view)
    return view
  }

  #rove(shown: readonly string[]): void {
    const active =
      this.#activeId !== null && shown.includes(this.#activeId)
        ? this.#activeId
        : this.#order[this.#screen.range(this.#order.length)[0]]
    for (const [id, view] of this.#views) view.link.tabIndex = id === active ? 0 : -1
  }

  #focused(target: Element): void {
    const id = target.closest<HTMLElement>('.row')?.dataset['id']
    const view = id === undefined ? undefined : this.#views.get(id)
    const token = view?.token()
    if (id === undefined || view === undefined || !token) return
    this.#activeId = id
    view.link.setAttribute('aria-label', spokenRow(token, this.#context()))
    this.#rove([...this.#views.keys()])
  }

  #focusedId(): string | null {
    const { activeElement } = document
    const row = activeElement !== null && this.#deps.body.contains(activeElement) ? activeElement.closest('.row') : null
    return (row as HTMLElement | null)?.dataset['id'] ?? null
  }
}

function keep(after: Map<string, StreamToken>, before: ReadonlyMap<string, StreamToken>, id: string): void {
  const row = before.get(id)
  if (row !== undefined) after.set(id, row)
}

function sortedCell(view: RowView, { sort, window }: BoardView): HTMLElement | undefined {
  return sort === 'price_change' ? view.change(window) : view.sorted[sort]
}
