import { ServiceError } from '../../../domain/errors.ts'
import type { TapFeed, TapLiveQuestion, TapView } from '../../../ports/tap-feed.ts'
import { type Frame, joined } from './frames.ts'
import type { Position } from './schemas.ts'
import { type TapReader, type TapStanding, tapEditionOf } from './tap-edition.ts'

/** What a client wants to follow of its team's taps. */
export interface TapWish {
  readonly id: string
  readonly question: TapLiveQuestion
  /** Where it wants to go on from; null: from the beginning. */
  readonly since: Position | null
}

interface TapList {
  readonly reader: TapReader
  readonly since: Position | null
  /** Null until the service has counted what it shows. */
  view: TapView | null
  /** Null until it has begun. */
  standing: TapStanding | null
}

/** The lists of taps of one client, all of one team. */
export class TapLists {
  readonly #feed: TapFeed
  readonly #teamId: number | null
  #lists: readonly TapList[] = []

  /** @param teamId null: nobody knows whose the client is, so that it may follow nothing */
  constructor(feed: TapFeed, teamId: number | null) {
    this.#feed = feed
    this.#teamId = teamId
  }

  /**
   * Resolves when the list can begin. It counts as one of this client's before that; dropped meanwhile, it never begins.
   * @throws ServiceError `key_required`, and what `TapFeed.open` throws; there is no such list then
   */
  async open({ id, question, since }: TapWish): Promise<void> {
    if (this.#teamId === null) throw new ServiceError('key_required', 'Taps are followed with a key of their team.')
    const list: TapList = { reader: { id, tag: question.tag }, since, view: null, standing: null }
    this.#lists = [...this.#lists, list]
    try {
      const view = await this.#feed.open(this.#teamId, question)
      if (this.#lists.includes(list)) list.view = view
      else view.close()
    } catch (error) {
      const isWanted = this.#lists.includes(list)
      this.#forget(list)
      if (isWanted) throw error
    }
  }

  /** @returns false when there is no list of this id */
  drop(id: string): boolean {
    const list = this.#lists.find(({ reader }) => reader.id === id)
    if (list !== undefined) this.#forget(list)
    return list !== undefined
  }

  dropAll(): void {
    for (const list of this.#lists) this.#forget(list)
  }

  has(id: string): boolean {
    return this.#lists.some(({ reader }) => reader.id === id)
  }

  size(): number {
    return this.#lists.length
  }

  /** Everything that is new, for a client that gets it now; null when there is nothing. */
  news(): Frame | null {
    const frames = this.#lists.flatMap((list) => (list.view === null ? [] : newsOf(list, list.view)))
    return frames.length === 0 ? null : joined(frames)
  }

  /** What is said to a client that has all the news; it stands at the head of each list then. */
  heartbeat(nowMs: number): Frame | null {
    const frames = this.#lists.flatMap((list) => {
      if (list.view === null || list.standing === null) return []
      const moment = list.view.head()
      // It would lead past news that the client has not got.
      if (list.standing.epoch !== moment.epoch || list.standing.state !== moment.state) return []
      list.standing = { epoch: moment.epoch, seq: moment.state.seq, state: moment.state }
      return [tapEditionOf(moment, list.view.question.interval).heartbeat(list.reader.id, nowMs)]
    })
    return frames.length === 0 ? null : joined(frames)
  }

  #forget(list: TapList): void {
    this.#lists = this.#lists.filter((one) => one !== list)
    list.view?.close()
  }
}

/** Leads a list from where it stands to what its view shows. */
function newsOf(list: TapList, view: TapView): Frame[] {
  const moment = view.head()
  if (list.standing?.epoch === moment.epoch && list.standing.state === moment.state) return []
  const { reader, since } = list
  const { epoch, state } = moment
  const edition = tapEditionOf(moment, view.question.interval)
  const frames: Frame[] = []
  if (list.standing === null && since !== null) {
    const resumed = view.at(since)
    if (resumed !== null) {
      list.standing = { ...since, state: resumed }
      frames.push(edition.recovered(reader.id, since.seq))
    }
  }
  const before = list.standing
  list.standing = { epoch, seq: state.seq, state }
  // The positions of another run mean nothing in this one.
  if (before?.epoch !== epoch) return [edition.begun(reader.id), edition.whole(reader)]
  const delta = edition.delta(reader, before)
  // It sees what it saw, so it is told of no new position.
  if (delta === null) list.standing = { ...before, state }
  return delta === null ? frames : [...frames, delta]
}
