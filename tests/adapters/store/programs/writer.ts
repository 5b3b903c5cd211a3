/**
 * Records one minute after the other and prints the number of each one that was acknowledged. Arguments: a folder, or the
 * URL of a database, and the first minute.
 */
import { writeSync } from 'node:fs'
import { embeddedStore, postgresStore } from '../../../support/stores.ts'

const [, , place = '', first = '0'] = process.argv
const { store, opening } = place.startsWith('postgres:') ? postgresStore(place) : embeddedStore(place)
await opening.first()
writeSync(1, 'open\n')
for (let minute = Number(first); ; minute += 1) {
  const record = { openTimeMs: minute * 60_000, open: 1, high: 1, low: 1, close: minute, volume: 0.1, marketCap: null }
  await store.recordMinutes([{ id: 'solana:X', symbol: 'X', name: null, record }], record.openTimeMs + 60_000)
  writeSync(1, `${minute}\n`)
}
