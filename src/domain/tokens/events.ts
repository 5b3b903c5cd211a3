import type { Change } from './board.ts'
import type { TokenId } from './identity.ts'
import type { TokenRow } from './row.ts'

/** A price that is this much away from the one five minutes ago, in percent, is told. */
export const PRICE_CHANGE_PCT = 5
/** A volume of five minutes at this many times the pace of the last hour is told. */
export const VOLUME_SPIKE_FACTOR = 3
/** Less than this in five minutes is never a spike, however quiet the hour was. */
export const VOLUME_SPIKE_MIN_USD = 1000
/** A token whose oldest pool is younger than this when it comes onto the board is new. */
export const NEW_TOKEN_AGE_MS = 3_600_000

/** Something worth telling of one token, derived from two versions of its row alone: every instance tells the same. */
export type TokenEvent =
  | { readonly kind: 'price_change'; readonly token: TokenId; readonly changePct: number; readonly priceUsd: number }
  | { readonly kind: 'volume_spike'; readonly token: TokenId; readonly volumeUsd: number; readonly factor: number }
  | { readonly kind: 'new_token'; readonly token: TokenId; readonly createdAtMs: number }

/**
 * The events of one board. A threshold that was already crossed before is not told again until the value was back on
 * the other side of it.
 * @param asOfMs when the board was made, Unix milliseconds
 */
export function eventsOf(changes: readonly Change[], asOfMs: number): TokenEvent[] {
  return changes
    .flatMap(([before, after]) =>
      after === undefined
        ? []
        : [priceChange(before, after), volumeSpike(before, after), newToken(before, after, asOfMs)],
    )
    .filter((event) => event !== null)
}

/** Only a row that was here before can cross a threshold; one that comes later is as it is. */
function priceChange(before: TokenRow | undefined, after: TokenRow): TokenEvent | null {
  const changePct = after.changePct['5m']
  if (before === undefined || changePct === null || after.priceUsd === null || !isTold(after)) return null
  const was = before.changePct['5m']
  const crossed = Math.abs(changePct) >= PRICE_CHANGE_PCT && !(was !== null && isSameMove(was, changePct))
  return crossed ? { kind: 'price_change', token: after.id, changePct, priceUsd: after.priceUsd } : null
}

function isSameMove(was: number, is: number): boolean {
  return Math.abs(was) >= PRICE_CHANGE_PCT && was > 0 === is > 0
}

/** A price that waits for a second look, or that nobody gives any more, is no news. */
function isTold({ status }: TokenRow): boolean {
  return status === 'ok' || status === 'thin' || status === 'disputed'
}

function volumeSpike(before: TokenRow | undefined, after: TokenRow): TokenEvent | null {
  if (before === undefined) return null
  const factor = spikeFactor(after)
  const was = spikeFactor(before)
  if (factor === null || factor < VOLUME_SPIKE_FACTOR || (was !== null && was >= VOLUME_SPIKE_FACTOR)) return null
  return { kind: 'volume_spike', token: after.id, volumeUsd: after.volumeUsd['5m'] ?? 0, factor }
}

/** How many times the pace of the hour before the last five minutes; null when it cannot be said. */
function spikeFactor({ volumeUsd }: TokenRow): number | null {
  const recent = volumeUsd['5m']
  const hour = volumeUsd['1h']
  if (recent === null || hour === null || recent < VOLUME_SPIKE_MIN_USD || hour <= recent) return null
  return (recent * 11) / (hour - recent)
}

function newToken(before: TokenRow | undefined, { id, createdAtMs }: TokenRow, asOfMs: number): TokenEvent | null {
  if (before !== undefined || createdAtMs === null) return null
  // Clocks differ, so a moment to come is believed, but no further away than a moment gone.
  return Math.abs(asOfMs - createdAtMs) > NEW_TOKEN_AGE_MS ? null : { kind: 'new_token', token: id, createdAtMs }
}
