import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import { Agent, type Dispatcher } from 'undici/index.js'

const CONNECTIONS_MAX = 8

/** Places no public service lives at: this machine, private and link-local networks (cloud metadata), multicast. */
const PRIVATE_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
]
const PRIVATE_IPV6: readonly (readonly [string, number])[] = [
  ['::', 127],
  ['64:ff9b:1::', 48],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
]

const PRIVATE = new BlockList()
for (const [net, bits] of PRIVATE_IPV4) PRIVATE.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of PRIVATE_IPV6) PRIVATE.addSubnet(net, bits, 'ipv6')

/** True for an address that no public source can have, IPv4 written as IPv6 included. */
export function isPrivateAddress(address: string): boolean {
  return PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void
/** As node:dns `lookup`, asked for all addresses. */
export type Resolve = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void

/**
 * A name lookup that refuses a host with a private address among its own: names are answered anew at each connect,
 * so a check at start would not do. A literal address is not looked up, so an operator's own stays possible.
 */
export function guardedLookup(resolve: Resolve = lookup) {
  return (host: string, options: LookupOptions, done: LookupCallback): void => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      if (error !== null || first === undefined) return done(error ?? new Error(`${host} has no address`), [])
      const forbidden = host !== 'localhost' && addresses.some(({ address }) => isPrivateAddress(address))
      if (forbidden) return done(new Error(`${host} has a private address`), [])
      return options.all === true ? done(null, addresses) : done(null, first.address, first.family)
    })
  }
}

/** A pool of kept-alive connections that reaches public addresses only, save where the configured host is itself a private one. */
export function guardedAgent(connectTimeoutMs: number, resolve: Resolve = lookup): Dispatcher {
  return new Agent({
    connections: CONNECTIONS_MAX,
    // One protocol on all runtimes; the sources gain nothing from HTTP/2 at our pace.
    allowH2: false,
    // The deadline of a call covers its head and its whole body.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: connectTimeoutMs, lookup: guardedLookup(resolve) },
  })
}
