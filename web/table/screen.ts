export interface ScreenDeps {
  /** Scrolls; holds the header and the body. */
  readonly scroller: HTMLElement
  /** Its height is that of all rows; only those on the screen are in it. */
  readonly body: HTMLElement
  readonly rowHeightPx: () => number
}

/** Which rows of a long list the screen shows. */
export class Screen {
  readonly #deps: ScreenDeps

  constructor(deps: ScreenDeps) {
    this.#deps = deps
  }

  /** Rows that fit, at least 1. */
  rows(): number {
    return Math.max(1, Math.ceil(this.#deps.scroller.clientHeight / this.#deps.rowHeightPx()))
  }

  /** Indexes of the rows to be seen, the last one excluded. */
  range(count: number): readonly [from: number, to: number] {
    const from = Math.max(0, Math.floor(this.#deps.scroller.scrollTop / this.#deps.rowHeightPx()))
    return [from, Math.min(count, from + this.rows() + 1)]
  }

  resize(count: number): void {
    this.#deps.body.style.height = `${count * this.#deps.rowHeightPx()}px`
  }

  toTop(): void {
    this.#deps.scroller.scrollTop = 0
  }

  scrollBy(rows: number): void {
    this.#deps.scroller.scrollTop += rows * this.#deps.rowHeightPx()
  }

  /** Scrolls no further than it takes to see a row whole. */
  reveal(index: number): void {
    const { scroller, body, rowHeightPx } = this.#deps
    const top = index * rowHeightPx()
    const headPx = scroller.scrollHeight - body.offsetHeight
    const roomPx = scroller.clientHeight - headPx
    if (top < scroller.scrollTop) scroller.scrollTop = top
    else if (top + rowHeightPx() > scroller.scrollTop + roomPx) scroller.scrollTop = top + rowHeightPx() - roomPx
  }
}
