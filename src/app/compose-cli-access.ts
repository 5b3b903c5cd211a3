import { systemClock } from '../adapters/clock/system.ts'
import { SCOPES, type Scope } from '../domain/access/team.ts'
import { StoreUnavailable } from '../domain/errors.ts'
import type { AccessService } from '../ports/access.ts'
import { composeAccess } from './compose-access.ts'
import { isOff, openStore } from './compose-store.ts'
import type { Config } from './config.ts'

export type { AccessService } from '../ports/access.ts'
export { readMoment } from './compose-when.ts'

const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/** Works on the teams and keys in the storage, and closes it. @throws FolderInUse while a service has the folder */
export async function withAccess<T>(config: Config, work: (access: AccessService) => Promise<T>): Promise<T> {
  if (isOff(config)) throw new StoreUnavailable('Nothing is kept here: set DATABASE_URL, or DATA_DIR to a folder.')
  const clock = systemClock()
  const store = openStore(config, { clock, log: SILENT })
  try {
    await store.opened()
    const access = composeAccess({ store: store.access, clock, log: SILENT })
    return await work(access).finally(access.close)
  } finally {
    await store.close()
  }
}

/** Names of scopes, separated by commas, each at most once. @returns null when it is anything else */
export function readScopes(text: string): readonly Scope[] | null {
  const names = text.split(',').map((name) => name.trim())
  const scopes = SCOPES.filter((scope) => names.includes(scope))
  return scopes.length === names.length ? scopes : null
}

export const ALL_SCOPES: readonly Scope[] = SCOPES
