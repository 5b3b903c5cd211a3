import type { TokenRow } from './row.ts'

/**
 * What a view shows at one moment. Replaced only when something a reader sees has changed, so identity tells, and two
 * states of one view differ by exactly what `diff` says.
 */
export interface ViewState {
  /** The board at which it came to be. It holds until the next state's seq. */
  readonly seq: number
  /** In the view's order, no more than its limit. */
  readonly rows: readonly TokenRow[]
  /** Counts the states of this view object. Only differences mean anything, and nothing across view objects. */
  readonly version: number
}
