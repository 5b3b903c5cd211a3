import type { GroupReport } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { type Judged, judge, TARGETS, type Target } from '../harness/targets.ts'
import type { Crowd } from './crowd.ts'
import { type CrowdName, type Crowds, startCrowds } from './crowds.ts'
import {
  bytesOf,
  COST_COLUMNS,
  type Costs,
  costRow,
  cpuRatio,
  FULL_LIST,
  HUB,
  LISTS,
  NET,
  NET_BURST,
  SOCKETIO,
  SOCKETIO_BURST,
  takeCosts,
  type Way,
  WS,
  WS_BURST,
} from './fan-out.ts'
import { noRoomFor } from './room.ts'
import { p99Ratio, takeWaitings, waitingText } from './waiting.ts'

const FEW = 1000
const MANY = 5000
const SINGLE: readonly Way[] = [NET, HUB, WS, SOCKETIO]
const BURSTS: readonly Way[] = [NET_BURST, LISTS, WS_BURST, SOCKETIO_BURST]
const OF_FEW: readonly Way[] = [...SINGLE, FULL_LIST, ...BURSTS]

type Part = Pick<GroupReport, 'rows' | 'judged' | 'notes'>

/** What it costs to tell a thousand clients something, and five thousand. */
export async function streamsGroup(settings: Settings): Promise<GroupReport> {
  settings.progress('starting servers')
  const crowds = await startCrowds(settings.cores)
  try {
    const few = await fewPart(crowds, settings)
    const reason = noRoomFor(MANY)
    const many = reason === null ? await manyPart(crowds, settings) : leftOut(reason)
    const bytes = Buffer.byteLength(crowds.messages.delta)
    return {
      title: `Streams: a message of ${bytes} bytes to each subscriber; medians of ${settings.rounds} rounds`,
      columns: COST_COLUMNS,
      rows: [...few.rows, ...many.rows],
      judged: [...few.judged, ...many.judged],
      notes: [...few.notes, ...many.notes],
    }
  } finally {
    await crowds.stop()
  }
}

async function fewPart(crowds: Crowds, settings: Settings): Promise<Part> {
  await grow(crowds, ['net', 'hub', 'lists', 'ws', 'socketio'], FEW)
  const costs = await takeCosts(OF_FEW, crowds, settings)
  return {
    rows: OF_FEW.map((way) => costRow(costs, [way, FEW])),
    judged: [
      ...fanOut(costs, FEW),
      judge(TARGETS.bursts, cpuRatio(costs, LISTS, SOCKETIO_BURST)),
      judge(TARGETS.updateBytes, bytesOf(costs, FULL_LIST) / bytesOf(costs, HUB)),
      judge(TARGETS.updateCpu, cpuRatio(costs, HUB, FULL_LIST)),
    ],
    notes: [],
  }
}

async function manyPart(crowds: Crowds, settings: Settings): Promise<Part> {
  // Nobody has joined this one yet, and nothing was sent by it.
  const idleKb = await memoryKb(crowds.of('unsliced'))
  await grow(crowds, ['net', 'hub', 'ws', 'socketio'], MANY)
  const costs = await takeCosts(SINGLE, crowds, settings)
  const waitings = await takeWaitings(crowds, settings)
  return {
    rows: SINGLE.map((way) => costRow(costs, [way, MANY])),
    judged: [...fanOut(costs, MANY), judge(TARGETS.sliced, p99Ratio(waitings)), judge(TARGETS.memory, idleKb)],
    notes: [`A request while ${MANY} subscribers get 10 updates a second, median / p99: ${waitingText(waitings)}.`],
  }
}

function leftOut(reason: string): Part {
  return { rows: [], judged: [], notes: [`${MANY} subscribers left out: ${reason}.`] }
}

function fanOut(costs: Costs, subscribers: number): readonly Judged[] {
  const at = (target: Target) => ({ ...target, what: `${target.what}, ${subscribers}` })
  return [
    judge(at(TARGETS.fanOut), cpuRatio(costs, HUB, NET)),
    judge(at(TARGETS.fanOutPeer), cpuRatio(costs, HUB, SOCKETIO)),
  ]
}

async function grow(crowds: Crowds, names: readonly CrowdName[], size: number): Promise<void> {
  for (const name of names) await crowds.of(name).growTo(size)
}

/** Of each that joins and then hears nothing: the server's resident memory, without what it needs for itself. */
async function memoryKb(crowd: Crowd): Promise<number> {
  const beforeBytes = await crowd.memoryBytes()
  await crowd.growTo(MANY)
  return ((await crowd.memoryBytes()) - beforeBytes) / MANY / 1024
}
