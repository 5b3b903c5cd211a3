import { createClient, createCluster } from 'redis'
import { vi } from 'vitest'
import type { RedisHands } from './redis-hands.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

/** Redis servers of our own that form a cluster; its URL names every node. */
export interface RedisCluster extends RedisHands {
  /** The masters, in the order of their slots, then the replicas, all of the first master. */
  readonly nodes: readonly RedisServer[]
  /** Sends a command to one node, whatever it holds. */
  at(node: RedisServer, args: readonly string[]): Promise<unknown>
  /** Moves the slot of these keys to another master, as an operator does: the keys, then the word that they are elsewhere. */
  moveSlot(keys: readonly [string, ...string[]]): Promise<void>
}

const SLOTS = 16_384

/** Starts the nodes and waits until each of them says that the cluster is whole. */
export async function startRedisCluster({ masters = 3, replicas = 0 } = {}): Promise<RedisCluster> {
  // The nodes of a busy machine hear of each other late, and must not take each other for dead.
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '5000', '--repl-diskless-sync-delay', '0']
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
    everywhere: (args) =>
      Promise.all(admin.masters.map(async (node) => (await admin.nodeClient(node)).sendCommand(args))),
    atKey: (key, args) => admin.sendCommand(key, false, [...args]),
    at: send,
    moveSlot: (keys) => moveSlot(nodes.slice(0, masters), keys),
    async stop() {
      admin.destroy()
      await Promise.all(nodes.map((node) => node.stop()))
    },
  }
}

async function moveSlot(masters: readonly RedisServer[], keys: readonly [string, ...string[]]): Promise<void> {
  const slots = await Promise.all(masters.map((node) => send(node, ['CLUSTER', 'KEYSLOT', keys[0]])))
  const slot = `${slots[0]}`
  const held = await Promise.all(masters.map((node) => send(node, ['CLUSTER', 'COUNTKEYSINSLOT', slot])))
  const from = masters[held.findIndex((count) => Number(count) > 0)]
  const to = masters.find((node) => node !== from)
  if (from === undefined || to === undefined) throw new Error('The slot is empty, or has no place to go to.')
  const [fromId, toId] = await Promise.all([from, to].map((node) => send(node, ['CLUSTER', 'MYID'])))
  await send(to, ['CLUSTER', 'SETSLOT', slot, 'IMPORTING', `${fromId}`])
  await send(from, ['CLUSTER', 'SETSLOT', slot, 'MIGRATING', `${toId}`])
  await send(from, ['MIGRATE', '127.0.0.1', `${to.port}`, '', '0', '5000', 'KEYS', ...keys])
  for (const node of [to, from]) await send(node, ['CLUSTER', 'SETSLOT', slot, 'NODE', `${toId}`])
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
    { timeout: 60_000, interval: 20 },
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
