import type { Moment } from './history.ts'
import type { News } from './news.ts'
import type { Shelf } from './shelf.ts'

/** Who decides, and how what is decided becomes a board. */
export interface Publishing {
  /** True while this instance asks the sources and decides; false while it follows another one. */
  isDeciding(): boolean
  /** The part of each source's calls that this instance may make, above 0 to 1. */
  share(): number
  /** The board that the news have made, or null when they were refused: somebody else decides. */
  publish(news: News): Moment | null | Promise<Moment | null>
  /** Leaves a note for whoever decides next. @returns false when that could not be done: somebody else may decide now */
  leave(note: string): Promise<boolean>
  start(told: Told): void
  stop(): Promise<void>
}

/** What is heard of the instances that share a board. */
export interface Told {
  /** This one begins to decide. */
  takeOver(): void
  /** What was left last by whoever decided, if it is another note than before. */
  note(text: string): void
}

/** One instance by itself: it always decides, and what it decides is the board at once. */
export function publishingAlone(shelf: Shelf): Publishing {
  return {
    isDeciding: () => true,
    share: () => 1,
    publish: (news) => shelf.apply(news),
    leave: async () => true,
    start: ({ takeOver }) => takeOver(),
    stop: async () => {},
  }
}
