import type { Cores } from '../harness/machine.ts'
import { type Crowd, crowd } from './crowd.ts'
import type { Messages } from './servers/market.ts'
import { BURST } from './servers/pushing.ts'

/**
 * `lists` is the service with four lists on each connection, so that one board is four messages to each;
 * `unsliced` is the service writing to all connections in one turn.
 */
export type CrowdName = 'net' | 'hub' | 'ws' | 'socketio' | 'lists' | 'unsliced'

export interface Crowds {
  readonly of: (name: CrowdName) => Crowd
  readonly messages: Messages
  stop(): Promise<void>
}

const LIST_SIZE = 30
const IDS = ['a', 'b', 'c', 'd'] as const
const SOCKETIO = { path: '/socket.io/?EIO=4&transport=websocket', say: ['40'], answers: 2 }
const PLAIN = { path: '/', say: [], answers: 0 }

/** All servers, with nobody on them yet. */
export async function startCrowds(cores: Cores): Promise<Crowds> {
  const running = new Map<CrowdName, Crowd>()
  const start = async (name: CrowdName, options: Omit<Parameters<typeof crowd>[0], 'cores'>) => {
    const one = await crowd({ ...options, cores })
    running.set(name, one)
    return one
  }
  const stop = async () => {
    await Promise.all([...running.values()].map((one) => one.stop()))
  }
  try {
    const hub = await start('hub', { file: 'hub.ts', joining: ours(1) })
    const messages = hub.ready as Messages
    await start('lists', { file: 'hub.ts', joining: ours(BURST) })
    await start('unsliced', { file: 'hub.ts', args: ['1000000'], joining: ours(1) })
    await start('net', { file: 'net.ts', args: [messages.delta], joining: PLAIN })
    await start('ws', { file: 'ws.ts', args: [messages.delta], joining: PLAIN })
    const both = [messages.delta, messages.list]
    await start('socketio', { file: 'socketio.ts', args: both, joining: SOCKETIO })
    return { of: (name) => running.get(name) ?? missing(name), messages, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The lists of one client differ in length, so each has its own frames. */
function ours(lists: number) {
  const say = IDS.slice(0, lists).map((id, i) =>
    JSON.stringify({ op: 'subscribe', id, channel: 'tokens', params: { limit: LIST_SIZE - i } }),
  )
  // Each is answered with its position and a snapshot.
  return { path: '/v1/stream', say, answers: 2 * lists }
}

function missing(name: CrowdName): never {
  throw new Error(`there is no crowd ${name}`)
}
