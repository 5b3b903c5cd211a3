import { createHash, timingSafeEqual } from 'node:crypto'
import type { Holder } from '../../../domain/access/team.ts'
import { type ErrorCode, ServiceError } from '../../../domain/errors.ts'
import type { AccessService } from '../../../ports/access.ts'
import type { Exchange } from '../exchange.ts'
import { Refusal } from '../problem.ts'
import { credentialsOf, ticketOf } from './credentials.ts'
import type { Access } from './declared.ts'
import type { Floods } from './floods.ts'

/** Decides, before any handler runs, whether a request may have its operation. */
export interface Gate {
  /**
   * @returns the exchange as the handler may see it
   * @throws ServiceError `key_required`, `key_invalid`, `scope_missing`, `too_many_requests`, `access_unavailable`,
   *   `malformed_request`
   */
  admit(access: Access, request: Request, exchange: Exchange): Exchange | Promise<Exchange>
}

export interface GateDeps {
  readonly access: Pick<AccessService, 'known' | 'holder' | 'redeem'>
  /** Null: there are no operations of the operator. */
  readonly adminToken: string | null
  /** Whether what is the same for everybody is open to all. */
  readonly publicReads: boolean
  readonly floods: Floods
}

export function gate(deps: GateDeps): Gate {
  const isAdmin = tokenCheck(deps.adminToken)
  const { publicReads } = deps
  return {
    admit(access, request, exchange) {
      if (access.kind === 'open') return { ...exchange, audience: 'everyone' }
      if (access.kind === 'admin') return admitAdmin(isAdmin, { request, exchange, deps })
      const isOpen = access.isShared && publicReads
      // Nobody is asked who they are for what everybody gets.
      if (isOpen && !access.takesTicket) return { ...exchange, audience: 'everyone' }
      return admitHolder(access, isOpen, { request, exchange, deps })
    },
  }
}

interface Admitting {
  readonly request: Request
  readonly exchange: Exchange
  readonly deps: GateDeps
}

async function admitAdmin(isAdmin: (token: string) => boolean, admitting: Admitting): Promise<Exchange> {
  const { request, exchange } = admitting
  const { bearer } = credentialsOf(request, exchange.caller)
  if (bearer === null)
    throw await refusal('key_required', 'Send the token of the operator: Authorization: Bearer.', admitting)
  if (!isAdmin(bearer)) throw await refusal('key_invalid', INVALID, admitting)
  return { ...exchange, audience: 'one' }
}

async function admitHolder(
  access: Extract<Access, { kind: 'key' }>,
  isOpen: boolean,
  admitting: Admitting,
): Promise<Exchange> {
  const { request, exchange } = admitting
  const { key } = credentialsOf(request, exchange.caller)
  const ticket = access.takesTicket ? ticketOf(exchange.target) : null
  if (key === null && ticket === null) {
    if (isOpen) return { ...exchange, audience: 'everyone' }
    throw await refusal('key_required', REQUIRED, admitting)
  }
  const holder = key !== null ? await holderOfKey(key, admitting) : await holderOfTicket(ticket ?? '', admitting)
  if (holder === null) throw await refusal('key_invalid', INVALID, admitting)
  if (access.scope !== null && !holder.key.scopes.includes(access.scope)) {
    throw new ServiceError('scope_missing', `This needs a key with the scope ${access.scope}.`)
  }
  return { ...exchange, holder, audience: access.isShared ? 'holders' : 'one' }
}

async function holderOfKey(key: string, { exchange, deps }: Admitting): Promise<Holder | null> {
  const { access, floods } = deps
  const address = exchange.caller?.address ?? null
  await floods.keyed(address)
  const known = access.known(key)
  if (known !== undefined) return known
  return floods.lookUp(address, key, () => access.holder(key))
}

function holderOfTicket(ticket: string, { exchange, deps }: Admitting): Promise<Holder | null> {
  return deps.floods.redeem(exchange.caller?.address ?? null, () => deps.access.redeem(ticket))
}

const REQUIRED = 'This needs a key, in x-api-key or Authorization: Bearer.'
/** The same for all that is wrong with one: whoever guesses learns nothing. */
const INVALID = 'This key is not valid.'

/** What the client is told; too many such answers, and it is that. */
async function refusal(code: ErrorCode, sentence: string, { exchange, deps }: Admitting): Promise<ServiceError> {
  try {
    await deps.floods.refused(exchange.caller?.address ?? null)
    return new ServiceError(code, sentence)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

/** Compares digests, which have one length, in a time that does not depend on how much is right. */
function tokenCheck(adminToken: string | null): (token: string) => boolean {
  if (adminToken === null) return () => false
  const wanted = sha256(adminToken)
  return (token) => timingSafeEqual(sha256(token), wanted)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
