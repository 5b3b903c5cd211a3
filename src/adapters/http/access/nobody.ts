import { ServiceError } from '../../../domain/errors.ts'
import type { AccessService } from '../../../ports/access.ts'

/** A service without keys: whoever asks for what needs one is told that nobody can check it. */
export const NO_KEYS: AccessService = {
  known: () => undefined,
  holder: cannotTell,
  watch: () => () => {},
  ticket: cannotTell,
  redeem: cannotTell,
  createTeam: cannotTell,
  teams: cannotTell,
  keys: cannotTell,
  issueKey: cannotTell,
  revokeKey: cannotTell,
  rotateKey: cannotTell,
}

async function cannotTell(): Promise<never> {
  throw new ServiceError('access_unavailable', 'This service keeps no keys.')
}
