import { createHash, randomBytes } from 'node:crypto'
import type { AccessStore } from '../ports/access-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import { accessService } from './usecases/access/service.ts'

/** Who may ask what, over a store that this does not close. @param parts.log a throttled one */
export function composeAccess(parts: { readonly store: AccessStore; readonly clock: Clock; readonly log: Log }) {
  return accessService({
    ...parts,
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    randomBytes: (count) => randomBytes(count),
  })
}
