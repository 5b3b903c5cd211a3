import type { Holder } from '../../../domain/access/team.ts'
import type { Transaction } from '../db.ts'
import { isStorable, timeOf } from '../prices/checks.ts'
import { checkTexts } from '../texts.ts'
import { holderOfKey } from './keys.ts'

/** Tickets last for seconds: one that ended so long before a new one will has ended by every clock. */
const SWEEP_MS = 600_000

const SWEEP = `delete from stream_ticket where expires_at_ms < $1::int8`
const ADD = `insert into stream_ticket (digest, key_id, expires_at_ms) values ($1, $2, $3::int8)`
const TAKE = `delete from stream_ticket where digest = $1 returning key_id, expires_at_ms`

export interface NewTicket {
  readonly digest: string
  readonly keyId: string
  readonly expiresAtMs: number
}

/** See AccessStore.addTicket. */
export async function addTicket(tx: Transaction, { digest, keyId, expiresAtMs }: NewTicket): Promise<void> {
  checkTexts([digest, keyId])
  await tx.query(SWEEP, [timeOf(expiresAtMs - SWEEP_MS)])
  await tx.query(ADD, [digest, keyId, timeOf(expiresAtMs)])
}

/** See AccessStore.takeTicket. */
export async function takeTicket(tx: Transaction, digest: string, nowMs: number): Promise<Holder | null> {
  if (!isStorable(digest)) return null
  const [ticket] = await tx.query<{ readonly key_id: string; readonly expires_at_ms: number }>(TAKE, [digest])
  return ticket === undefined || ticket.expires_at_ms <= nowMs ? null : holderOfKey(tx, ticket.key_id)
}
