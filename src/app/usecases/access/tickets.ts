import { hasChecksum, SECRET_BYTES, secretOf } from '../../../domain/access/secret.ts'
import { endOf } from '../../../domain/access/team.ts'
import type { AccessService } from '../../../ports/access.ts'
import type { AccessParts } from './service.ts'
import { orUnavailable } from './store-away.ts'

/** Time enough to open a stream, too short for a log or a history to be worth reading. */
const TICKET_MS = 30_000

export function tickets({ store, clock, digest, randomBytes }: AccessParts): Pick<AccessService, 'ticket' | 'redeem'> {
  return {
    async ticket({ key }) {
      const ticket = secretOf('ticket', randomBytes(SECRET_BYTES))
      const expiresAtMs = clock.nowMs() + TICKET_MS
      await orUnavailable(store.addTicket(digest(ticket), key.id, expiresAtMs))
      return { ticket, expiresAtMs }
    },
    async redeem(ticket) {
      if (!hasChecksum('ticket', ticket)) return null
      const nowMs = clock.nowMs()
      const holder = await orUnavailable(store.takeTicket(digest(ticket), nowMs))
      return holder === null || endOf(holder.key) <= nowMs ? null : holder
    },
  }
}
