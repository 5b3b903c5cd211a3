import type { Server, Socket } from 'socket.io'
import type { Clock } from '../../ports/clock.ts'
import type { ReadList, TokenList } from './latest-list.ts'

/** The only event there is, from us to clients. */
export interface PriceUpdates {
  'price-update': (tokens: TokenList) => void
}
/** None: what clients send is read by nobody. */
export type NoEvents = Record<never, never>
export type PriceServer = Server<NoEvents, PriceUpdates>
export type PriceSocket = Socket<NoEvents, PriceUpdates>

/** While there is no data it is looked for this often: a service that has just started has some soon. */
const NO_DATA_MS = 1000

/** Sends the list to everybody, round after round. */
export interface Rounds {
  /** The newcomer gets the list of the last round at once, when that had one, and those of the next ones. */
  welcome(socket: PriceSocket): void
  stop(): void
}

/** Begins at once. */
export function rounds(deps: { io: PriceServer; clock: Clock; everyMs: number; read: ReadList }): Rounds {
  const { io, clock, everyMs, read } = deps
  const delivery = listDelivery(io)
  let latest: TokenList | null = null
  let stopped = false
  let cancel = clock.after(0, () => void round())
  const round = async () => {
    const startedMs = clock.monotonicMs()
    latest = await read()
    if (stopped) return
    if (latest !== null) delivery.toAll(latest)
    const delayMs = latest === null ? Math.min(NO_DATA_MS, everyMs) : everyMs
    cancel = clock.after(Math.max(0, startedMs + delayMs - clock.monotonicMs()), () => void round())
  }
  return {
    welcome(socket) {
      delivery.follow(socket)
      if (latest !== null) delivery.toOne(socket, latest)
    },
    stop() {
      stopped = true
      cancel()
    },
  }
}

/**
 * Hands lists to sockets, encoded once for all. A reader that is slower than the rounds has at most one list waiting
 * for it, and misses rounds until that has left: each list is whole, so nothing is lost but time.
 */
function listDelivery(io: PriceServer) {
  /** Ids of the sockets with a list that has not left yet. */
  const behind = new Set<string>()
  return {
    follow(socket: PriceSocket) {
      socket.conn.on('drain', () => behind.delete(socket.id))
      socket.once('disconnect', () => behind.delete(socket.id))
    },
    toOne(socket: PriceSocket, list: TokenList) {
      behind.add(socket.id)
      socket.emit('price-update', list)
    },
    toAll(list: TokenList) {
      const skipped = [...behind]
      // Marked before sending: a socket that takes its list at once is unmarked while it is sent.
      for (const id of io.sockets.sockets.keys()) behind.add(id)
      io.except(skipped).emit('price-update', list)
    },
  }
}
