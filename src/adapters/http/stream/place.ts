import type { ViewState } from '../../../domain/tokens/view-state.ts'
import type { Spark } from './rows.ts'

/** Whom the frames of a list are for: what the client calls it, and whether its rows carry a chart. */
export interface Reader {
  readonly id: string
  readonly spark: Spark
}

/** Where a reader stands in a list: the position it was told, and what it shows there. */
export interface Standing {
  readonly reader: Reader
  readonly epoch: string
  readonly seq: number
  readonly state: ViewState
}

/**
 * Where a client stands: a pointer into the history of the board for each of its lists, and nothing queued. Clients that
 * stand alike share the object, so that what they are told next is looked up once for each of them and made once for all.
 */
export type Place = readonly Standing[]

/** Where a client without lists stands. */
export const NOWHERE: Place = []
