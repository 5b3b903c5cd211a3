/**
 * Records one minute after the other and prints the number of each one that was acknowledged. Arguments: a folder, or the
 * URL of a database; the first minute; and after which one to end, by default none.
 */
import { writeSync } from 'node:fs'
import { StoreUnavailable } from '../../../../src/domain/errors.ts'
import type { PriceRecord } from '../../../../src/domain/prices/candle.ts'
import { embeddedStore, postgresStore } from '../../../support/stores.ts'

const [, , place = '', first = '0', last = 'Infinity'] = process.argv
const { store, opening, close } = place.startsWith('postgres:') ? postgresStore(place) : embeddedStore(place)
await opening.first()
writeSync(1, 'open\n')
for (let minute = Number(first); minute <= Number(last); minute += 1) {
  const record = { openTimeMs: minute * 60_000, open: 1, high: 1, low: 1, close: minute, volume: 0.1, marketCap: null }
  await recorded(record)
  writeSync(1, `${minute}\n`)
}
await close()

/** A busy machine may be too slow at the first try. */
async function recorded(record: PriceRecord): Promise<void> {
  try {
    await store.recordMinutes([{ id: 'solana:X', symbol: 'X', name: null, record }], record.openTimeMs + 60_000)
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    await recorded(record)
  }
}
