import type { IncomingMessage } from 'node:http'
import type { SocketioLimits } from './limits.ts'

/** Counts clients, in all and by address. A place is taken before the handshake, so that no burst gets past the limit. */
export interface Admission {
  /** Takes a place for the client that this request would make. @returns why there is none, or null when it has one */
  enter(request: IncomingMessage): string | null
  /** Gives the place back; harmless when there is none. */
  leave(request: IncomingMessage): void
}

type Limits = Pick<SocketioLimits, 'clientsMax' | 'clientsPerAddressMax'>

/** @param rawHeaders names and values in turn */
export type Forwarded = (rawHeaders: readonly string[]) => string | null

export function admission({ clientsMax, clientsPerAddressMax }: Limits, forwarded: Forwarded = () => null): Admission {
  const addresses = new Map<IncomingMessage, string>()
  const counts = new Map<string, number>()
  const countOf = (address: string) => counts.get(address) ?? 0
  return {
    enter(request) {
      // Without an address the connection has ended already.
      const { remoteAddress } = request.socket
      if (remoteAddress === undefined) return 'The connection has ended.'
      const address = forwarded(request.rawHeaders) ?? remoteAddress
      if (addresses.size >= clientsMax) return 'There are too many clients.'
      if (countOf(address) >= clientsPerAddressMax) return 'There are too many clients at this address.'
      addresses.set(request, address)
      counts.set(address, countOf(address) + 1)
      return null
    },
    leave(request) {
      const address = addresses.get(request)
      if (address === undefined) return
      addresses.delete(request)
      if (countOf(address) === 1) counts.delete(address)
      else counts.set(address, countOf(address) - 1)
    },
  }
}
