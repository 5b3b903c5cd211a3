import type { TokenEvent } from '../../../domain/tokens/events.ts'
import type { TokenId } from '../../../domain/tokens/identity.ts'
import type { ViewState } from '../../../domain/tokens/view-state.ts'
import { deltaBetween } from '../../../domain/tokens/view-states.ts'
import type { Snapshot } from '../../../ports/service.ts'
import { isoOf } from '../bodies/time.ts'
import { snapshotBody } from '../bodies/token.ts'
import { type Tail, tailOf } from './frames.ts'
import { isShownPlainly, rowText, type Spark, upsertBody } from './rows.ts'

/** The events of one board. */
export interface News {
  readonly seq: number
  /** Unix milliseconds. */
  readonly asOfMs: number
  readonly events: readonly TokenEvent[]
}

/** The list as a whole. */
export function wholeTail(snapshot: Snapshot, state: ViewState, spark: Spark): Tail {
  const facts = JSON.stringify(snapshotBody(snapshot)).slice(1, -1)
  return tailOf(`${facts},"data":[${state.rows.map((row) => rowText(row, spark)).join(',')}]}`)
}

/** What leads from one state of a list to another; null when a reader sees no difference. */
export function deltaTail(snapshot: Snapshot, [from, to]: readonly [ViewState, ViewState], spark: Spark): Tail | null {
  const delta = deltaBetween(from, to)
  if (delta === null) return null
  const { removes, order, conflated } = delta
  const upserts = spark === 'spark' ? delta.upserts : delta.upserts.filter(isShownPlainly)
  if (upserts.length + removes.length === 0 && order === null) return null
  const text = JSON.stringify({
    seq: snapshot.seq,
    sol_usd: snapshot.solUsd,
    upsert: upserts.map((upsert) => upsertBody(upsert, spark)),
    remove: removes,
    ...(order !== null && { order }),
    ...(conflated !== null && { conflated }),
  })
  return tailOf(text.slice(1))
}

/** What happened to the rows that a list shows, oldest first. */
export function eventTails(news: readonly News[], state: ViewState): { readonly seq: number; readonly tail: Tail }[] {
  const held = new Set<TokenId>(state.rows.map((row) => row.id))
  return news.flatMap((one) =>
    one.events
      .filter((event) => held.has(event.token))
      .map((event) => ({ seq: one.seq, tail: tailOf(JSON.stringify(eventBody(event, one)).slice(1)) })),
  )
}

function eventBody(event: TokenEvent, { seq, asOfMs }: News) {
  const common = { kind: event.kind, seq, at: isoOf(asOfMs), token: event.token }
  if (event.kind === 'price_change') return { ...common, price_usd: event.priceUsd, change_pct: event.changePct }
  if (event.kind === 'volume_spike') return { ...common, volume_usd: event.volumeUsd, factor: event.factor }
  return { ...common, created_at: isoOf(event.createdAtMs) }
}
