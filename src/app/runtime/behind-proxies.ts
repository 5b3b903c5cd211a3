import { isIP } from 'node:net'
import type { Caller } from '../../ports/caller.ts'
import { type Handler, HEADERS_MAX } from './runtime.ts'

const FORWARDED = 'x-forwarded-for'

/**
 * The same handler, for callers who come through so many reverse proxies, each of which has added the address that it
 * saw. Everything further left was written by the client, who may write anything. Where the proxies have said nothing
 * that is an address, the caller has that of the connection, as without them.
 */
export function behindProxies<Handle extends Handler>(handle: Handle, hops: number): Handler {
  if (hops === 0) return handle
  return (request, caller) => handle(request, caller && seenThrough(caller, request, hops))
}

/**
 * What the proxies said of Node's message; null: nothing to be believed.
 * @param rawHeaders names and values in turn
 */
export function forwardedTo(rawHeaders: readonly string[], hops: number): string | null {
  // Of more headers than that some versions of Node leave out the last ones, and those are the proxies'.
  if (hops === 0 || rawHeaders.length > 2 * HEADERS_MAX) return null
  const sent = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === FORWARDED)
  return addressAt(sent.join(','), hops)
}

function seenThrough(caller: Caller, request: Request, hops: number): Caller {
  const { incoming, wantsSocket } = caller
  const forwarded = () => {
    const raw = incoming?.rawHeaders
    return raw === undefined ? addressAt(request.headers.get(FORWARDED) ?? '', hops) : forwardedTo(raw, hops)
  }
  return {
    ...(incoming !== undefined && { incoming }),
    // Few want to know: a prepared answer goes to any address.
    get address() {
      return forwarded() ?? caller.address
    },
    wantsSocket,
    holdOpen: () => caller.holdOpen(),
    cut: () => caller.cut(),
    upgrade: (open) => caller.upgrade(open),
  }
}

function addressAt(list: string, hops: number): string | null {
  const said = list.split(',').at(-hops)?.trim().toLowerCase() ?? ''
  const address = /^\[(.+)\](?::\d+)?$/.exec(said)?.[1] ?? /^([\d.]+):\d+$/.exec(said)?.[1] ?? said
  return isIP(address) === 0 ? null : address
}
