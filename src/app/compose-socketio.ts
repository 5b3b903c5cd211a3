import type { SocketioServer } from '../adapters/socketio/server.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Config } from './config.ts'
import { forwardedTo } from './runtime/behind-proxies.ts'

/** Where Socket.IO clients get their list: the very body that REST has for this request. */
const LIST = 'http://localhost/api/tokens?q=SOL'

export interface SocketioParts {
  readonly clock: Clock
  readonly log: Log
  readonly fetch: (request: Request) => Response | Promise<Response>
}

/**
 * Listens for Socket.IO clients. Null: the configuration asks for no such thing, and the library is not even loaded.
 * @throws the listen error as it is (`EADDRINUSE`, `EACCES`).
 */
export async function listenForSocketio(config: Config, parts: SocketioParts): Promise<SocketioServer | null> {
  const { socketioPort: port, host, allowedOrigins, refreshMs: everyMs } = config
  if (port === null) return null
  const { socketioServer } = await import('../adapters/socketio/server.ts')
  const { clock, log } = parts
  const tokens = async () => {
    const response = await parts.fetch(new Request(LIST))
    return response.status === 200 ? response.text() : null
  }
  const forwarded = (rawHeaders: readonly string[]) => forwardedTo(rawHeaders, config.proxyHops)
  return socketioServer({ clock, log, everyMs, tokens, allowedOrigins, host, port, forwarded })
}
