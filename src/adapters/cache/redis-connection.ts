import { createClient, defineScript, ErrorReply } from 'redis'
import { CacheUnavailable } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { PUT_IF_NEWER } from './packed.ts'
import { faultOf } from './redis-faults.ts'

/** No question to Redis lasts longer than this. */
const DEADLINE_MS = 400

/** How to reach Redis, and who hears what Redis says unasked. */
export interface RedisConnectionOptions {
  /** `redis://[user[:password]@]host[:port][/db]`, `rediss://` for TLS. */
  readonly url: string
  /** Is told of every fault, several times a second in an outage: hand over a throttled one. */
  readonly log: Log
  readonly clock: Clock
  /** A key that this connection has read was changed or is gone. */
  readonly onChanged: (key: string) => void
  /** Anything may have changed: the connection was lost, or Redis was emptied. */
  readonly onAllChanged: () => void
}

/** One connection that is made again for ever, and fails fast while it is away. */
export interface RedisConnection {
  /** @throws CacheUnavailable after the deadline, at once while there is no connection, and when Redis refuses. */
  ask<T>(question: (client: Client) => Promise<T>): Promise<T>
  close(): void
}

/** The client with the one script of ours. */
export type Client = ReturnType<typeof makeClient>

/**
 * Starts to connect and returns. Until the first attempt has ended, well or not, questions wait for it within their
 * deadline, so that an instance that has just started finds what the others have stored.
 * @throws TypeError for an URL that is none; it does not repeat the URL, which may hold a password.
 */
export function redisConnection(options: RedisConnectionOptions): RedisConnection {
  const client = makeClient(options.url)
  // The fault stands in the message, so that a throttled log tells one kind apart from another.
  const tell = (fault: string) => options.log.warn(`Redis does not serve the cache: ${fault}`)
  let open = true

  client.on('error', (error) => {
    options.onAllChanged()
    tell(faultOf(error))
  })
  client.on('invalidate', (key: Buffer | null) => {
    if (key === null) options.onAllChanged()
    else options.onChanged(key.toString())
  })
  // A client that is destroyed while its socket is being opened takes the socket up all the same (redis 6.3.1).
  client.on('connect', () => {
    if (!open) client.destroy()
  })
  const firstAttempt = new Promise<void>((resolve) => {
    client.once('ready', resolve)
    client.once('error', () => resolve())
  })
  // Its failures arrive as `error` events; it settles only when closed.
  client.connect().catch(() => undefined)

  // Every write puts the socket's timeout off, so under load a connection that hangs would never be given up. After
  // one question without an answer no more are sent until Redis is heard again, or the timeout has made a new connection.
  let silent = false
  const heard = () => {
    silent = false
  }
  client.on('ready', heard)

  const ask = async <T>(question: (client: Client) => Promise<T>): Promise<T> => {
    if (silent) throw new RedisSilent()
    const answer = firstAttempt.then(() => question(client))
    answer.then(heard, (error) => {
      if (error instanceof ErrorReply) heard()
    })
    return within(options.clock, answer, () => {
      silent = true
    })
  }

  return {
    async ask(question) {
      if (!open) throw new CacheUnavailable('The Redis cache is closed.')
      try {
        return await ask(question)
      } catch (error) {
        const fault = faultOf(error)
        if (client.isReady) tell(fault)
        // Without a cause: see `faultOf`.
        throw new CacheUnavailable(`Redis did not serve the cache: ${fault}.`)
      }
    },
    close() {
      open = false
      client.destroy()
    },
  }
}

class RedisSilent extends Error {}

/** A question that was sent cannot be taken back: when its answer comes too late it has run all the same. */
async function within<T>(clock: Clock, answer: Promise<T>, onLate: () => void): Promise<T> {
  const late = Promise.withResolvers<never>()
  const cancel = clock.after(DEADLINE_MS, () => {
    onLate()
    late.reject(new RedisSilent())
  })
  return Promise.race([answer, late.promise]).finally(cancel)
}

function makeClient(url: string) {
  try {
    return createClient({
      url,
      RESP: 3,
      emitInvalidate: true,
      scripts: { putIfNewer },
      // Without it the client asks the environment and the names of network addresses, which Deno must be allowed.
      maintNotifications: 'disabled',
      disableOfflineQueue: true,
      commandsQueueMaxLength: 1000,
      // An idle connection would run into `socketTimeout`, the only thing that ends one that hangs.
      pingInterval: 200,
      socket: { connectTimeout: 500, socketTimeout: 600, reconnectStrategy: reconnectAfterMs },
    })
  } catch {
    throw new TypeError('The Redis URL must look like redis://user:password@host:6379/0 or rediss://…')
  }
}

/** For ever: the client's own strategy gives up for good after the first socket timeout. */
function reconnectAfterMs(failures: number): number {
  return Math.min(25 * 2 ** failures, 500) + Math.random() * 50
}

const putIfNewer = defineScript({
  SCRIPT: PUT_IF_NEWER,
  NUMBER_OF_KEYS: 1,
  parseCommand(parser, key: string, stampMs: number, packed: string, ttlMs: number) {
    parser.pushKey(key)
    parser.push(String(stampMs), packed, String(ttlMs))
  },
  transformReply: (reply: unknown) => reply === 1,
})
