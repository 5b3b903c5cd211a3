/**
 * Opens a store, applying what migrations are missing, and ends. Arguments: a folder, or the URL of a database; and the
 * last migration to apply, by default all.
 */
import { systemClock } from '../../../../src/adapters/clock/system.ts'
import { openEmbedded } from '../../../../src/adapters/store/embedded/engine.ts'
import { migrate, migrations } from '../../../../src/adapters/store/migrate.ts'
import { openPostgres } from '../../../../src/adapters/store/postgres/engine.ts'

const [, , place = '', upTo] = process.argv
const clock = systemClock()
const { signal } = new AbortController()
const db = place.startsWith('postgres:')
  ? openPostgres({ url: place, clock })
  : await openEmbedded({ folder: place, clock, signal, onLost() {} })
await migrate(db, await migrations(), upTo === undefined ? {} : { upTo: Number(upTo) })
await db.close()
