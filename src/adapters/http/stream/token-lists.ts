import type { LiveView } from '../../../ports/board-feed.ts'
import type { Edition } from './edition.ts'
import { both, type Frame, joined } from './frames.ts'
import { NOWHERE, type Reader } from './place.ts'
import type { Position } from './schemas.ts'
import { type Subscription, start } from './subscription.ts'

/** The lists of tokens of one client. A class, because every client has one. */
export class TokenLists {
  /** Those that have begun, in the order of `#place`. */
  #begun: readonly Subscription[] = []
  #place = NOWHERE
  /** Those that have not: the reader is behind, or asked for a position that is ahead of us. */
  #starting: readonly Subscription[] = []

  /** One more, which begins with the next news. There is none under its id. */
  add(reader: Reader, view: LiveView, since: Position | null): Subscription {
    const list: Subscription = { reader, view, since }
    this.#starting = [...this.#starting, list]
    return list
  }

  /** @returns false when there is no list of this id */
  drop(id: string): boolean {
    const list = this.#all().find(({ reader }) => reader.id === id)
    if (list === undefined) return false
    list.view.close()
    this.#begun = this.#begun.filter((one) => one !== list)
    this.#place = this.#place.filter(({ reader }) => reader.id !== id)
    this.#starting = this.#starting.filter((one) => one !== list)
    return true
  }

  closeAll(): void {
    for (const { view } of this.#all()) view.close()
  }

  has(id: string): boolean {
    return this.#all().some(({ reader }) => reader.id === id)
  }

  size(): number {
    return this.#begun.length + this.#starting.length
  }

  isStarting(list: Subscription): boolean {
    return this.#starting.includes(list)
  }

  /** True when each has begun. */
  areAllBegun(): boolean {
    return this.#starting.length === 0
  }

  /** Everything that is new, for a client that gets it now; null when there is nothing. */
  news(edition: Edition): Frame | null {
    const beginning = this.#starting.length === 0 ? null : this.#begin(edition)
    const { frame, place } = edition.advance(this.#place, this.#begun)
    this.#place = place
    return both(beginning, frame)
  }

  /** What is said to a client that has all the news; it stands at this board then. */
  heartbeat(edition: Edition, nowMs: number): Frame {
    this.#place = edition.told(this.#place)
    return edition.heartbeat(nowMs)
  }

  #all(): readonly Subscription[] {
    return [...this.#begun, ...this.#starting]
  }

  /** @returns what is said of the lists that can begin now; null when none can */
  #begin(edition: Edition): Frame | null {
    const frames: Frame[] = []
    const waiting: Subscription[] = []
    for (const list of this.#starting) {
      const beginning = start(list, edition)
      if (beginning === null) waiting.push(list)
      else {
        frames.push(beginning.frame)
        this.#begun = [...this.#begun, list]
        this.#place = edition.placeOf([...this.#place, beginning.standing])
      }
    }
    this.#starting = waiting
    return frames.length === 0 ? null : joined(frames)
  }
}
