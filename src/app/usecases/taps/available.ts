import { ServiceError, StoreUnavailable } from '../../../domain/errors.ts'

/** Runs a question to the store, whose failure says to a client what it means for him. @throws ServiceError `taps_unavailable` */
export async function available<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw error instanceof StoreUnavailable ? unavailable(error) : error
  }
}

export function unavailable(cause?: unknown): ServiceError {
  const sentence = 'Taps cannot be kept or counted just now. Nothing that was acknowledged is lost.'
  return new ServiceError('taps_unavailable', sentence, { cause })
}
