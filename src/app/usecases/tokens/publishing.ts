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
  /** @param onTakeOver called whenever this instance begins to decide */
  start(onTakeOver: () => void): void
  stop(): Promise<void>
}

/** One instance by itself: it always decides, and what it decides is the board at once. */
export function publishingAlone(shelf: Shelf): Publishing {
  return {
    isDeciding: () => true,
    share: () => 1,
    publish: (news) => shelf.apply(news),
    start: (onTakeOver) => onTakeOver(),
    stop: async () => {},
  }
}
