import type { IncomingMessage } from 'node:http'

/**
 * Whether the page behind a request may read the list, as with REST: pages of the allowed origins, pages of the host
 * that is asked (a proxy may have put this server and a page behind one name), and whatever is not a page.
 */
export function mayRead(request: IncomingMessage, allowedOrigins: readonly string[]): boolean {
  const { origin, host } = request.headers
  if (origin === undefined || allowedOrigins.includes(origin)) return true
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host
}
