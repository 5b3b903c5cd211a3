import { ServiceError } from '../../../domain/errors.ts'
import type { Caller } from '../../../ports/caller.ts'
import { queryOf } from '../target.ts'

/** What a request brings to open an operation with; null: nothing. It may be any text, and it may be a secret. */
export interface Credentials {
  /** Of `x-api-key`, or the token of `authorization`. */
  readonly key: string | null
  /** Of `authorization` alone: an operator's token is nothing for `x-api-key`. */
  readonly bearer: string | null
}

/** @throws ServiceError `malformed_request` when a header is repeated, or two of them say different things */
export function credentialsOf(request: Request, caller: Caller | null): Credentials {
  const plain = onlyValue(request, caller, 'x-api-key')
  const authorization = onlyValue(request, caller, 'authorization')
  // Another scheme is for somebody else, a proxy perhaps. By itself it stands for a key, which it cannot be.
  const bearer = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? null
  if (plain !== null && bearer !== null && plain !== bearer) {
    throw new ServiceError('malformed_request', 'x-api-key and authorization name different keys. Send one of them.')
  }
  return { key: plain ?? bearer ?? authorization, bearer: bearer ?? authorization }
}

/** The single-use ticket in the query; null when there is none. Never a key: addresses are written to logs. */
export function ticketOf(target: string): string | null {
  return new URLSearchParams(queryOf(target)).get('ticket')
}

function onlyValue(request: Request, caller: Caller | null, name: string): string | null {
  const values = valuesOf(request, caller, name).filter((value) => value !== '')
  if (values.length > 1) throw new ServiceError('malformed_request', `${name} may be sent once only.`)
  return values[0] ?? null
}

/** Node leaves out a repeated `authorization` from the headers that it reads for us. */
function valuesOf(request: Request, caller: Caller | null, name: string): readonly string[] {
  const raw = caller?.incoming?.rawHeaders
  if (raw === undefined) return request.headers.get(name)?.split(', ') ?? []
  return raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === name)
}
