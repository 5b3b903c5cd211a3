import { StoreUnavailable } from '../../domain/errors.ts'
import { Refused } from './db.ts'

/** What is wrong with the engine, by SQLSTATE or the first of its characters. Sentences for an operator. */
const OUTAGES: readonly (readonly [state: string, sentence: string])[] = [
  ['08', 'The connection to the database is lost'],
  ['25006', 'The database is read-only'],
  ['28', 'The database refuses the user or the password'],
  ['3D000', 'There is no such database'],
  ['40', 'The database is busy with a conflicting change'],
  ['42501', 'The database does not permit it to this user'],
  ['53100', 'The disk of the database is full'],
  ['53300', 'The database has no connection left'],
  ['53', 'The database has no room left'],
  ['55P03', 'The database is busy'],
  ['57014', 'The database is too slow'],
  ['57P', 'The database is starting or stopping'],
  ['58', 'The database cannot read or write its files'],
  ['XX', 'The database is damaged or has failed'],
]
const SQLSTATE = /^[0-9A-Z]{5}$/

/** No answer of the engine, but the driver's own word that there will be none. */
export class Unreachable extends StoreUnavailable {
  constructor(code: string) {
    super(`The database cannot be reached (${code}).`)
  }
}

/**
 * The error to throw for one of an engine or its driver. Theirs are dropped: they carry statements, values, user names
 * and addresses. Ours pass as they are.
 */
export function faultOf(error: unknown): Error {
  if (error instanceof StoreUnavailable || error instanceof Refused) return error
  const code = codeOf(error)
  if (!SQLSTATE.test(code)) return new Unreachable(code)
  const outage = OUTAGES.find(([state]) => code.startsWith(state))
  return outage === undefined ? new Refused(code) : new StoreUnavailable(`${outage[1]} (${code}).`)
}

/** A short code in capitals, as drivers and the system have them: `ECONNREFUSED`, `CONNECT_TIMEOUT`, `53100`. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^[0-9A-Z_]{1,40}$/.test(code) ? code : 'unknown fault'
}
