import { ClassSlot, drawn, element } from './dom.ts'
import { sparkDirection, sparkPath } from './spark.ts'

const SIZE = { width: 80, height: 24 }

/** The last day of a price as a small line. For eyes only: the change of 24 hours says it in digits. */
export class TrendCell {
  readonly cell: HTMLElement
  readonly #line = drawn('path', {})
  readonly #look: ClassSlot
  #points: readonly (number | null)[] | null = null

  constructor() {
    const box = { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, 'aria-hidden': 'true' }
    this.cell = element('div', { role: 'cell', class: 'trend' }, drawn('svg', box, this.#line))
    this.#look = new ClassSlot(this.cell)
  }

  write(points: readonly (number | null)[] | null): void {
    if (points === this.#points) return
    this.#points = points
    this.#line.setAttribute('d', points === null ? '' : sparkPath(points, SIZE))
    this.#look.set(points === null ? '' : sparkDirection(points))
  }
}
