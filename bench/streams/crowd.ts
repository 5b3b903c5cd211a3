import { type Child, startChild } from '../harness/child.ts'
import type { Cores } from '../harness/machine.ts'
import { BURST, type Pushed, type ServerQuestion } from './servers/pushing.ts'
import type { Joining, Received, SubscribersQuestion } from './subscribers.ts'

/** A server, and a process full of subscribers to it. */
export interface Crowd {
  /** What the server said of itself. */
  readonly ready: unknown
  readonly port: number
  /** How many subscribers there are now. */
  size(): number
  /** Lets more of them join, up to so many. */
  growTo(size: number): Promise<void>
  /** Pushes updates, each once everybody has the last one. */
  push(what: Pushed, updates: number): Promise<Cost>
  /** Pushes single messages at a steady pace, whoever has received what. */
  pace(updates: number, everyMs: number): Promise<void>
  /** Resident memory of the server, bytes. */
  memoryBytes(): Promise<number>
  stop(): Promise<void>
}

/** Per message and subscriber. */
export interface Cost {
  /** Processor time of the server's process, all threads, microseconds. */
  readonly cpuUs: number
  /** On the wire, headers of WebSocket included. */
  readonly bytes: number
}

export interface CrowdOptions {
  readonly cores: Cores
  /** File in `servers/`. */
  readonly file: string
  readonly args?: readonly string[]
  readonly joining: Omit<Joining, 'port'>
}

export async function crowd({ cores, file, args = [], joining }: CrowdOptions): Promise<Crowd> {
  const server = await startChild({ file: `${import.meta.dirname}/servers/${file}`, args, core: cores.server })
  const subscribers = await startChild({ file: `${import.meta.dirname}/subscribers.ts`, core: cores.load })
  const { port } = server.ready as { readonly port: number }
  const told = (question: ServerQuestion) => server.ask(question)
  const hears = (question: SubscribersQuestion) => subscribers.ask(question)
  let size = 0
  return {
    ready: server.ready,
    port,
    size: () => size,
    async growTo(wanted) {
      await hears({ op: 'join', count: wanted - size, as: { ...joining, port } })
      size = wanted
    },
    async push(what, updates) {
      const framesEach = size * (what === 'burst' ? BURST : 1)
      let frames = 0
      let bytes = 0
      const beforeUs = (await told({ op: 'cpu' })) as number
      for (let i = 0; i < updates; i++) {
        await told({ op: 'push', what })
        const received = (await hears({ op: 'receive', frames: framesEach })) as Received
        frames += received.frames
        bytes += received.bytes
      }
      const usedUs = ((await told({ op: 'cpu' })) as number) - beforeUs
      return { cpuUs: usedUs / frames, bytes: bytes / frames }
    },
    async pace(updates, everyMs) {
      await told({ op: 'pace', updates, everyMs })
    },
    memoryBytes: async () => (await told({ op: 'memory' })) as number,
    stop: () => stopAll([server, subscribers]),
  }
}

async function stopAll(children: readonly Child[]): Promise<void> {
  await Promise.all(children.map((child) => child.stop()))
}
