import { signal } from '@preact/signals'
import type { BoardTable } from '../table/board-table.ts'
import { movesBetween, OrderHold } from '../table/order.ts'

export interface OrderingDeps {
  readonly table: () => BoardTable | null
  /** Ids in the newest order; null while there is none that may be shown. */
  readonly newest: () => readonly string[] | null
}

/** Brings the order of the table up to the newest one, when nobody is in the way. */
export class Ordering {
  readonly hold = new OrderHold()
  /** Rows that would move if the order were not held; null when it is not, or none would. */
  readonly held = signal<number | null>(null)
  readonly #deps: OrderingDeps

  constructor(deps: OrderingDeps) {
    this.#deps = deps
  }

  /** Shows the newest order, if nothing holds it. */
  follow(): void {
    if (!this.hold.mayApply(performance.now())) return
    const ids = this.#behind()
    if (ids !== null) this.apply(ids)
  }

  /** Says how far the order that is held is from the newest one. Costs more than most, so not at every change. */
  tell(): void {
    const ids = this.hold.isHeld() ? this.#behind() : null
    this.held.value = ids === null ? null : movesBetween(this.#deps.table()?.order() ?? [], ids)
  }

  /** Shows this order now, whatever holds it. */
  apply(ids = this.#deps.newest()): void {
    if (ids === null) return
    this.#deps.table()?.setOrder(ids)
    this.hold.applied(performance.now())
    this.held.value = null
  }

  /** The newest order where the table shows another; null where it does not. */
  #behind(): readonly string[] | null {
    const ids = this.#deps.newest()
    const shown = this.#deps.table()?.order()
    if (ids === null || shown === undefined) return null
    return ids.length !== shown.length || ids.some((id, place) => id !== shown[place]) ? ids : null
  }
}
