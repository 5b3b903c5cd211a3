import type { StreamToken } from '../../clients/stream.ts'
import { priceAgeMs, rowTag } from '../board/status.ts'
import { type BoardView, WINDOWS, type Window, writeView } from '../board/view.ts'
import { ageText } from '../format/age.ts'
import { changeText } from '../format/change.ts'
import { NOTHING } from '../format/digits.ts'
import { moneyText, SIGNS } from '../format/money.ts'
import { priceText } from '../format/price.ts'
import { ClassSlot, element, TextSlot } from './dom.ts'
import { capOf, inUnit, type RowContext } from './figures.ts'
import { TrendCell } from './trend-cell.ts'

/** The elements of one row. They are made once and show one token after another. */
export class RowView {
  readonly root: HTMLElement
  readonly link: HTMLAnchorElement
  readonly moved: HTMLElement
  readonly price: HTMLElement
  /** By the name of the sort that orders by it. */
  readonly sorted: Readonly<Record<string, HTMLElement>>
  id = ''
  #token: StreamToken | null = null
  readonly #changes: ReadonlyMap<Window, { readonly cell: HTMLElement; readonly text: TextSlot; look: ClassSlot }>
  readonly #slots = {
    rank: new TextSlot(),
    moved: new TextSlot(),
    symbol: new TextSlot(),
    name: new TextSlot(),
    tag: new TextSlot(),
    head: new TextSlot(),
    zeros: new TextSlot(),
    tail: new TextSlot(),
    plain: new TextSlot(),
    volume: new TextSlot(),
    liquidity: new TextSlot(),
    cap: new TextSlot(),
    basis: new TextSlot(),
    age: new TextSlot(),
  }
  readonly #digits: HTMLElement
  readonly #trend: TrendCell
  readonly #tag: { readonly element: HTMLElement; readonly look: ClassSlot }

  constructor() {
    const s = this.#slots
    this.moved = element('span', { class: 'moved' }, s.moved.node)
    const rank = cell('rank', this.moved, s.rank.node)
    this.link = element('a', { class: 'open', tabindex: '-1' }, element('b', {}, s.symbol.node), ' ', name(s.name))
    const tag = element('span', { class: 'tag' }, s.tag.node)
    this.#tag = { element: tag, look: new ClassSlot(tag) }
    const token = element('div', { role: 'rowheader', class: 'token' }, this.link, tag)
    this.#digits = element('span', { class: 'digits' }, s.head.node, element('sub', {}, s.zeros.node), s.tail.node)
    this.price = cell('price', this.#digits, element('span', { class: 'unseen' }, s.plain.node))
    this.#changes = new Map(WINDOWS.map((window) => [window, changeCell(window)]))
    const volume = cell('volume', s.volume.node)
    const liquidity = cell('liquidity', s.liquidity.node)
    const cap = cell('cap', s.cap.node, element('span', { class: 'basis' }, s.basis.node))
    const age = cell('age', s.age.node)
    const figures = element('div', { role: 'none', class: 'figures' }, volume, liquidity, cap, age)
    const changes = [...this.#changes.values()].map(({ cell }) => cell)
    this.#trend = new TrendCell()
    const cells = [rank, token, this.price, ...changes, figures, this.#trend.cell]
    this.root = element('div', { role: 'row', class: 'row' }, ...cells)
    this.sorted = { volume, liquidity, market_cap: cap, age }
  }

  token(): StreamToken | null {
    return this.#token
  }

  change(window: Window): HTMLElement | undefined {
    return this.#changes.get(window)?.cell
  }

  /** Writes what differs from what is there. */
  write(token: StreamToken, context: RowContext): void {
    if (token.id !== this.id) this.#become(token, context.view)
    this.#token = token
    this.#writeLabels(token, context.twins)
    this.#writePrice(token, context)
    this.#writeFigures(token, context)
    this.#trend.write(token.spark ?? null)
    this.writeAges(context.nowMs)
  }

  /** What time alone changes. */
  writeAges(nowMs: number): void {
    const token = this.#token
    if (token === null) return
    const ageMs = priceAgeMs(token, nowMs)
    const tag = rowTag(token, ageMs)
    this.#slots.tag.set(tag?.text ?? '')
    this.#tag.look.set(tag?.kind ?? '')
    this.root.classList.toggle('stale', tag?.kind === 'stale')
    const { created_at: createdAt } = token
    this.#slots.age.set(createdAt === null ? NOTHING : ageText(nowMs - Date.parse(createdAt)))
  }

  /** @param index from 0 */
  place(index: number, rowHeightPx: number): void {
    this.root.style.transform = `translateY(${index * rowHeightPx}px)`
    this.root.setAttribute('aria-rowindex', String(index + 2))
    this.#slots.rank.set(String(index + 1))
  }

  /** Shows for a while by how many places it rose (positive) or fell. */
  showMove(places: number): void {
    this.#slots.moved.set(places === 0 ? '' : `${places > 0 ? '▲' : '▼'}${Math.abs(places)}`)
  }

  #become(token: StreamToken, view: BoardView): void {
    this.id = token.id
    this.root.dataset['id'] = token.id
    this.link.href = writeView({ ...view, token: token.id })
    this.link.removeAttribute('aria-label')
    this.showMove(0)
  }

  #writeLabels({ symbol, name, address, network }: StreamToken, twins: ReadonlySet<string>): void {
    const short = `${address.slice(0, 4)}…${address.slice(-4)}`
    const called = symbol ?? short
    this.#slots.symbol.set(called)
    const parts = [twins.has(called) ? short : null, name === called ? null : name, network]
    this.#slots.name.set(parts.filter((part) => part !== null).join(' · '))
  }

  #writePrice(token: StreamToken, { view, solUsd }: RowContext): void {
    const { head, zeros, tail, plain } = priceText(inUnit(token.price_usd, view.unit, solUsd))
    const s = this.#slots
    s.head.set(head === NOTHING ? head : SIGNS[view.unit] + head)
    s.tail.set(tail)
    if (!s.zeros.set(zeros) && zeros === '') return
    // Small digits are read as if they were none; the plain number stands beside them for whoever does not see them.
    if (zeros === '') this.#digits.removeAttribute('aria-hidden')
    else this.#digits.setAttribute('aria-hidden', 'true')
    s.plain.set(zeros === '' ? '' : SIGNS[view.unit] + plain)
  }

  #writeFigures(token: StreamToken, { view, solUsd }: RowContext): void {
    for (const [window, { text, look }] of this.#changes) {
      const change = changeText(token.change_pct[window])
      text.set(change.text)
      look.set(change.direction)
    }
    const money = (usd: number | null) => moneyText(inUnit(usd, view.unit, solUsd), view.unit)
    const cap = capOf(token)
    this.#slots.volume.set(money(token.volume_usd[view.window]))
    this.#slots.liquidity.set(money(token.liquidity_usd))
    this.#slots.cap.set(money(cap.usd))
    this.#slots.basis.set(cap.basis)
  }
}

function cell(name: string, ...children: readonly (Node | string)[]): HTMLElement {
  return element('div', { role: 'cell', class: name }, ...children)
}

function name(slot: TextSlot): HTMLElement {
  return element('span', { class: 'name' }, slot.node)
}

function changeCell(window: Window) {
  const text = new TextSlot()
  const made = element('div', { role: 'cell', class: `change w${window}` }, text.node)
  return { cell: made, text, look: new ClassSlot(made) }
}
