import type { Settings } from '../harness/settings.ts'
import { median, medianRatio } from '../harness/statistics.ts'
import type { Cost } from './crowd.ts'
import type { CrowdName, Crowds } from './crowds.ts'
import type { Pushed } from './servers/pushing.ts'

/** One way to tell many clients something. */
export interface Way {
  readonly name: string
  readonly crowd: CrowdName
  readonly what: Pushed
}

export const NET: Way = { name: "Node's limit: a prepared frame to each socket", crowd: 'net', what: 'delta' }
export const HUB: Way = { name: 'the service', crowd: 'hub', what: 'delta' }
export const WS: Way = { name: 'ws, one string to each client', crowd: 'ws', what: 'delta' }
export const SOCKETIO: Way = { name: 'socket.io, the same message', crowd: 'socketio', what: 'delta' }
export const FULL_LIST: Way = { name: 'socket.io, the full list', crowd: 'socketio', what: 'list' }
export const NET_BURST: Way = { name: "Node's limit, bursts of 4", crowd: 'net', what: 'burst' }
export const LISTS: Way = { name: 'the service, bursts of 4', crowd: 'lists', what: 'burst' }
export const WS_BURST: Way = { name: 'ws, bursts of 4', crowd: 'ws', what: 'burst' }
export const SOCKETIO_BURST: Way = { name: 'socket.io, bursts of 4', crowd: 'socketio', what: 'burst' }

/** What the rounds found for each way. */
export type Costs = ReadonlyMap<Way, readonly Cost[]>

/** Messages to each subscriber in one measurement times the number of subscribers. */
const DELIVERIES = 30_000
const WARM_UP_UPDATES = 20

/** Measures each way once a round, in turn. Everybody a way needs has joined already. */
export async function takeCosts(ways: readonly Way[], crowds: Crowds, settings: Settings): Promise<Costs> {
  const costs = new Map(ways.map((way): [Way, Cost[]] => [way, []]))
  for (const { crowd, what } of ways) await crowds.of(crowd).push(what, WARM_UP_UPDATES)
  for (let round = 1; round <= settings.rounds; round++) {
    for (const [way, taken] of costs) {
      const crowd = crowds.of(way.crowd)
      settings.progress(`${crowd.size()} subscribers, round ${round} of ${settings.rounds}: ${way.name}`)
      taken.push(await crowd.push(way.what, Math.ceil(DELIVERIES / crowd.size())))
    }
  }
  return costs
}

/** How many times the processor time of one way goes into that of another, per delivery. */
export function cpuRatio(costs: Costs, way: Way, baseline: Way): number {
  return medianRatio(cpuOf(costs, baseline), cpuOf(costs, way))
}

export function bytesOf(costs: Costs, way: Way): number {
  return median((costs.get(way) ?? []).map(({ bytes }) => bytes))
}

/** A line of the table. */
export function costRow(costs: Costs, [way, subscribers]: readonly [Way, number]): readonly (string | number)[] {
  const used = cpuOf(costs, way)
  const spread = [Math.min(...used), Math.max(...used)].map((us) => us.toFixed(1)).join('-')
  const ratio = cpuRatio(costs, way, NET)
  return [`${subscribers}: ${way.name}`, median(used), spread, Math.round(bytesOf(costs, way)), ratio]
}

export const COST_COLUMNS = ['', 'CPU us/delivery', 'lowest-highest', 'bytes', 'CPU vs limit'] as const

function cpuOf(costs: Costs, way: Way): readonly number[] {
  return (costs.get(way) ?? []).map(({ cpuUs }) => cpuUs)
}
