import { ServiceError } from '../../domain/errors.ts'
import { isStorable } from './prices/checks.ts'

const INT4_MAX = 2_147_483_647

/** @throws ServiceError `invalid_body` for one that cannot be kept */
export function checkTexts(texts: readonly (string | null)[]): void {
  if (texts.every((text) => text === null || isStorable(text))) return
  throw new ServiceError('invalid_body', 'A text has a character that cannot be kept.')
}

/** True for what the id of a team can be. */
export function isInt4(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= INT4_MAX
}
