import { startChild } from '../harness/child.ts'
import type { Settings } from '../harness/settings.ts'
import { median, medianRatio } from '../harness/statistics.ts'
import { TARGET } from '../http/cases.ts'
import type { Crowd } from './crowd.ts'
import type { Crowds } from './crowds.ts'
import type { Probing } from './prober.ts'

const UPDATES = 20
const UPDATE_EVERY_MS = 100
const PROBE_EVERY_MS = 5

/** What requests wait for, milliseconds. */
export interface Waiting {
  readonly medianMs: number
  readonly p99Ms: number
}

/** By round: while the service writes to 500 connections a turn, while it writes to all in one, and while it is idle. */
export interface Waitings {
  readonly sliced: readonly Waiting[]
  readonly unsliced: readonly Waiting[]
  readonly idle: readonly Waiting[]
}

/** How long requests take while all subscribers get ten updates a second. */
export async function takeWaitings(crowds: Crowds, { cores, rounds, progress }: Settings): Promise<Waitings> {
  const prober = await startChild({ file: `${import.meta.dirname}/prober.ts`, core: cores.load })
  const probed = async (crowd: Crowd, meanwhile: Promise<void>): Promise<Waiting> => {
    const url = `http://127.0.0.1:${crowd.port}${TARGET}`
    const requests = (UPDATES * UPDATE_EVERY_MS) / PROBE_EVERY_MS
    const probing: Probing = { url, requests, everyMs: PROBE_EVERY_MS }
    const [answers] = await Promise.all([prober.ask(probing) as Promise<readonly number[]>, meanwhile])
    return { medianMs: median(answers), p99Ms: percentile(answers, 0.99) }
  }
  const pushed = (crowd: Crowd) => probed(crowd, crowd.pace(UPDATES, UPDATE_EVERY_MS))
  const sliced: Waiting[] = []
  const unsliced: Waiting[] = []
  const idle: Waiting[] = []
  try {
    for (let round = 1; round <= rounds; round++) {
      progress(`requests while pushing, round ${round} of ${rounds}`)
      unsliced.push(await pushed(crowds.of('unsliced')))
      sliced.push(await pushed(crowds.of('hub')))
      idle.push(await probed(crowds.of('hub'), Promise.resolve()))
    }
  } finally {
    await prober.stop()
  }
  return { sliced, unsliced, idle }
}

/** The 99th percentile when sliced over that when not. */
export function p99Ratio({ sliced, unsliced }: Waitings): number {
  return medianRatio(sliced.map(p99Of), unsliced.map(p99Of))
}

/** One line of figures; what the machine does by itself shows in the idle ones. */
export function waitingText({ sliced, unsliced, idle }: Waitings): string {
  const shown = (name: string, taken: readonly Waiting[]) => {
    const [middle, p99] = [median(taken.map(({ medianMs }) => medianMs)), median(taken.map(p99Of))]
    return `${name} ${middle.toFixed(1)} / ${p99.toFixed(1)} ms`
  }
  return [shown('sliced', sliced), shown('in one turn', unsliced), shown('nothing pushed', idle)].join(', ')
}

function p99Of({ p99Ms }: Waiting): number {
  return p99Ms
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN
}
