import { migrations } from '../../src/adapters/store/migrate.ts'

/** The number of this version's last migration: where every store that is ready has arrived. */
export const LAST_MIGRATION = (await migrations()).length
