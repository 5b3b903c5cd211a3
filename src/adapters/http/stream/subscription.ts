import type { TokenView } from '../../../domain/tokens/query.ts'
import type { LiveView } from '../../../ports/board-feed.ts'
import type { Edition, Start } from './edition.ts'
import type { Reader } from './place.ts'
import type { Spark } from './rows.ts'
import type { Position } from './schemas.ts'

/** What a client wants to follow of the tokens. */
export interface Wish {
  readonly id: string
  readonly view: TokenView
  readonly limit: number
  readonly spark: Spark
  readonly since: Position | null
}

/** One list of one client. */
export interface Subscription {
  readonly reader: Reader
  readonly view: LiveView
  /** Where the client wants to go on from; null: from the beginning. */
  since: Position | null
}

/** How the list begins; null while the client's position is one that this instance has not reached yet. */
export function start({ reader, view, since }: Subscription, edition: Edition): Start | null {
  const state = since === null ? 'gone' : view.at(since)
  if (state === 'ahead') return null
  if (since === null || state === 'gone') return edition.begin(reader, view.state())
  return edition.resume({ ...since, reader, state })
}
