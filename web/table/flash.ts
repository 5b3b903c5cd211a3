const HELD_MS = 700
const SWEEP_MS = 200

export type Mark = 'flash-up' | 'flash-down' | 'tint-up' | 'tint-down' | 'shown'

/**
 * Marks cells that have changed, and takes the marks away by one sweep for all of them. A class held and dropped costs a
 * quarter of what a fading animation costs the main thread; a change within the hold extends it, so that nothing blinks.
 */
export class Marks {
  readonly #until = new Map<Element, { mark: Mark; atMs: number }>()
  #timer: ReturnType<typeof setTimeout> | null = null

  set(element: Element, mark: Mark, heldMs = HELD_MS): void {
    const old = this.#until.get(element)
    if (old !== undefined && old.mark !== mark) element.classList.remove(old.mark)
    element.classList.add(mark)
    this.#until.set(element, { mark, atMs: performance.now() + heldMs })
    this.#timer ??= setTimeout(() => this.#sweep(), SWEEP_MS)
  }

  clear(element: Element): void {
    const old = this.#until.get(element)
    if (old === undefined) return
    element.classList.remove(old.mark)
    this.#until.delete(element)
  }

  #sweep(): void {
    const nowMs = performance.now()
    for (const [element, { atMs }] of this.#until) if (atMs <= nowMs) this.clear(element)
    this.#timer = this.#until.size === 0 ? null : setTimeout(() => this.#sweep(), SWEEP_MS)
  }
}
