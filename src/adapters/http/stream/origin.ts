import { ServiceError } from '../../../domain/errors.ts'
import type { Cors } from '../cors.ts'
import type { Exchange } from '../exchange.ts'

/**
 * Lets in programs (which send no origin), our own pages, and pages of the allowed origins. Browsers ask nobody before
 * they open a WebSocket, so without this any page could use its visitor's way to us.
 * @throws ServiceError `origin_not_allowed`
 */
export function checkOrigin(exchange: Exchange, cors: Cors): void {
  const origin = exchange.header('origin')
  if (origin === null || cors.reading(origin) !== null || isOurs(origin, exchange.header('host'))) return
  throw new ServiceError('origin_not_allowed', 'Pages of this origin may not open streams here.')
}

function isOurs(origin: string, host: string | null): boolean {
  return host !== null && URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}
