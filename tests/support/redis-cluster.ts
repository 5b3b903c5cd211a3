import { createClient, createCluster } from 'redis'
import { vi } from 'vitest'
import { type RedisServer, startRedis } from './redis-server.ts'

/** Redis servers of our own that form a cluster. */
export interface RedisCluster {
  /** As the board takes it: every node is named. */
  readonly url: string
  /** The masters, in the order of their slots, then the replicas, all of the first master. */
  readonly nodes: readonly RedisServer[]
  /** Sends a command to every master. */
  everywhere(args: readonly string[]): Promise<readonly unknown[]>
  /** Sends a command to the master that holds the key. */
  atKey(key: string, args: readonly string[]): Promise<unknown>
  /** Sends a command to one node, whatever it holds. */
  at(node: RedisServer, args: readonly string[]): Promise<unknown>
  stop(): Promise<void>
}

const SLOTS = 16_384

/** Starts the nodes and waits until each of them says that the cluster is whole. */
export async function startRedisCluster({ masters = 3, replicas = 0 } = {}): Promise<RedisCluster> {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--repl-diskless-sync-delay', '0']
  const nodes = await Promise.all(Array.from({ length: masters + replicas }, () => startRedis({ args })))
  const [first] = nodes
  if (first === undefined) throw new Error('A cluster has at least one master.')
  for (const [index, node] of nodes.entries()) {
    await send(node, ['CLUSTER', 'SET-CONFIG-EPOCH', `${index + 1}`])
    await send(node, ['CLUSTER', 'MEET', '127.0.0.1', `${first.port}`])
    if (index >= masters) continue
    const [from, to] = [index, index + 1].map((at) => Math.floor((at * SLOTS) / masters))
    await send(node, ['CLUSTER', 'ADDSLOTSRANGE', `${from}`, `${(to ?? SLOTS) - 1}`])
  }
  await Promise.all(nodes.map((node) => untilSaid(node, ['CLUSTER', 'INFO'], wholeOf(nodes.length))))
  const firstId = `${await send(first, ['CLUSTER', 'MYID'])}`
  for (const replica of nodes.slice(masters)) {
    await send(replica, ['CLUSTER', 'REPLICATE', firstId])
    await untilSaid(replica, ['INFO', 'replication'], /master_link_status:up/)
  }
  return withAdmin(nodes, masters)
}

async function withAdmin(nodes: readonly RedisServer[], masters: number): Promise<RedisCluster> {
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`)
  const admin = createCluster({ rootNodes: hosts.map((host) => ({ url: `redis://${host}` })), RESP: 2 })
  admin.on('error', () => undefined)
  await admin.connect()
  return {
    url: `redis-cluster://${hosts.join(',')}`,
    nodes,
    everywhere: (args) => Promise.all(nodes.slice(0, masters).map((node) => send(node, args))),
    atKey: (key, args) => admin.sendCommand(key, false, [...args]),
    at: send,
    async stop() {
      admin.destroy()
      await Promise.all(nodes.map((node) => node.stop()))
    },
  }
}

function wholeOf(count: number): RegExp {
  return new RegExp(`cluster_state:ok[^]*cluster_known_nodes:${count}\\r`)
}

async function untilSaid(node: RedisServer, args: readonly string[], wanted: RegExp): Promise<void> {
  await vi.waitFor(
    async () => {
      const said = `${await send(node, args)}`
      if (!wanted.test(said)) throw new Error(`The cluster does not come together:\n${said}`)
    },
    { timeout: 20_000, interval: 20 },
  )
}

async function send(node: RedisServer, args: readonly string[]): Promise<unknown> {
  const client = createClient({ url: node.url, RESP: 2 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await client.sendCommand(args)
  } finally {
    client.destroy()
  }
}
