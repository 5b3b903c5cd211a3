import { ServiceError, StoreUnavailable } from '../../../domain/errors.ts'

/** What the store answers. @throws ServiceError `access_unavailable` when it cannot */
export async function orUnavailable<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (cause) {
    if (!(cause instanceof StoreUnavailable)) throw cause
    throw new ServiceError('access_unavailable', 'Keys cannot be checked now. Try again shortly.', { cause })
  }
}
