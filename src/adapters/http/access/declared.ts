import { SCOPES, type Scope } from '../../../domain/access/team.ts'

/**
 * What an operation says in `security` of its createRoute, and what that means here. These constants are the only ways
 * to say it; the gate refuses an operation that says nothing.
 */
type Requirement = Record<string, string[]>

/** Open to all, whatever the configuration says. */
export const OPEN: Requirement[] = []

/** Open to all, or, with PUBLIC_READS=false, to keys that may read. The same for everybody. */
export const READS: Requirement[] = [{}, { apiKey: ['read'] }]

/** For the holder of a key that may do this; null: of any key. */
export function withKey(scope: Scope | null): Requirement[] {
  return [{ apiKey: scope === null ? [] : [scope] }]
}

/** The same, and a ticket instead of the key will do: for streams. */
export function withKeyOrTicket(scope: Scope): Requirement[] {
  return [...withKey(scope), TICKET]
}

/** Open like READS; a key or a ticket that comes along is checked, and tells whose stream it is. */
export const STREAM_READS: Requirement[] = [...READS, { ticket: [] }]

/** For whoever has the operator's token. */
export const ADMIN: Requirement[] = [{ admin: [] }]

const TICKET: Requirement = { ticket: [] }

/** Who may use an operation. */
export type Access =
  | { readonly kind: 'open' }
  | { readonly kind: 'admin' }
  | {
      readonly kind: 'key'
      /** Null: any key will do. */
      readonly scope: Scope | null
      /** Everybody gets the same, so it may be open to all. */
      readonly isShared: boolean
      readonly takesTicket: boolean
    }

/** @returns null when nothing is declared, or nothing that is known here: nobody may use it then */
export function accessOf(security: readonly Readonly<Record<string, readonly string[]>>[] | undefined): Access | null {
  if (security === undefined) return null
  if (security.length === 0) return { kind: 'open' }
  if (security.some((requirement) => Object.keys(requirement).some((scheme) => !KNOWN.has(scheme)))) return null
  if (security.some((requirement) => 'admin' in requirement)) return security.length === 1 ? { kind: 'admin' } : null
  const scopes = security.find((requirement) => 'apiKey' in requirement)?.['apiKey']
  if (scopes === undefined || scopes.length > 1 || !scopes.every(isScope)) return null
  return {
    kind: 'key',
    scope: scopes[0] ?? null,
    isShared: security.some((requirement) => Object.keys(requirement).length === 0),
    takesTicket: security.some((requirement) => 'ticket' in requirement),
  }
}

const KNOWN: ReadonlySet<string> = new Set(['apiKey', 'ticket', 'admin'])

function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text)
}
