import type { PriceStore } from '../../../ports/price-store.ts'
import type { Opening } from '../opening.ts'
import { boundaries } from './calendar.ts'
import { coins, dashboard } from './coins.ts'
import { importDays } from './days.ts'
import { extent } from './extent.ts'
import { backfillMinutes, recordMinutes } from './minutes.ts'
import { pieces } from './pieces.ts'
import { closesAt, tokens } from './tokens.ts'

/** The price history in a PostgreSQL, whichever it is. */
export function sqlPriceStore({ state, use }: Pick<Opening, 'state' | 'use'>): PriceStore {
  return {
    state,
    coins: () => use(coins),
    dashboard: (dayMs, symbols) => use((db) => dashboard(db, dayMs, symbols)),
    importDays: (batches, nowMs) => use((db) => importDays(db, batches, nowMs)),
    recordMinutes: (records, nowMs) => use((db) => db.transaction((tx) => recordMinutes(tx, records, nowMs))),
    backfillMinutes: (records, nowMs) => use((db) => db.transaction((tx) => backfillMinutes(tx, records, nowMs))),
    pieces: (asset, size, range, asOfMs, limit) => use((db) => pieces(db, { asset, size, range, asOfMs, limit })),
    boundaries: (unit, zone, range) => use((db) => boundaries(db, { unit, zone, range })),
    extent: (asset) => use((db) => extent(db, asset)),
    tokens: () => use(tokens),
    closesAt: (ids, atMs, withinMs) => use((db) => closesAt(db, ids, { atMs, withinMs })),
  }
}
