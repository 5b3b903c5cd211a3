/** Opens a store, applying what migrations are missing, and ends. Argument: a folder, or the URL of a database. */
import { embeddedStore, postgresStore } from '../../../support/stores.ts'

const [, , place = ''] = process.argv
const { opening, close } = place.startsWith('postgres:') ? postgresStore(place) : embeddedStore(place)
process.stdout.write('begun\n')
await opening.first()
process.stdout.write(`${JSON.stringify(opening.state())}\n`)
await close()
