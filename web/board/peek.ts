import { signal } from '@preact/signals'

/** The row whose facts are shown beside it, and where: pixels of the screen. */
export interface PeekPlace {
  readonly id: string
  readonly x: number
  readonly y: number
}

/** So long somebody may take from a row to what is shown of it. */
export const LEAVE_MS = 300

/** Opens after somebody has rested at a row for a while, and closes a moment after they have left. */
export class Peek {
  readonly place = signal<PeekPlace | null>(null)
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Shows it after a while; `null` closes. Whatever was planned before no longer holds. */
  plan(place: PeekPlace | null, afterMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.show(place), afterMs)
  }

  show(place: PeekPlace | null): void {
    this.keep()
    this.place.value = place
  }

  /** Leaves it as it is, whatever was planned. */
  keep(): void {
    clearTimeout(this.#timer)
  }
}
