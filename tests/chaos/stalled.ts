/**
 * `npm run chaos:stalled`: readers that stop reading, beside many that read on. The streams of the service are served by
 * a process of their own, once without and once with those who stall, and the figures are printed as JSON. Ends with 1
 * when a reader lost a message, or when one that stalled was neither ended nor cut.
 *
 *   --stalled N (200, at most 250)   --readers N (1000)   --rate N (50 updates a second)   --seconds N (60)
 */
import { parseArgs } from 'node:util'
import { type Child, startChild } from '../../bench/harness/child.ts'
import { kernelMb } from './stalled-kernel.ts'
import { type StalledFigures, stalledReaders } from './stalled-readers.ts'
import type { CrowdFigures, CrowdQuestion, Ending, Memory, ServerQuestion } from './stalled-words.ts'

const { values } = parseArgs({
  options: {
    stalled: { type: 'string', default: '200' },
    readers: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '60' },
  },
})
const [stalledMax = 0, readers = 0, rate = 0, seconds = 0] = [
  values.stalled,
  values.readers,
  values.rate,
  values.seconds,
].map(Number)

const LOOK_EVERY_MS = 250
/** After the last update, so that whoever is behind then is cut too. */
const AFTER_SECONDS = 12

interface Round {
  readonly others: CrowdFigures
  readonly stalled: StalledFigures
  readonly memory: Readonly<Record<'before' | 'peak' | 'after', Memory & { readonly kernelMb: number | null }>>
  readonly streamsLeft: number
}

async function round(stalledCount: number): Promise<Round> {
  const server = await startChild({ file: `${import.meta.dirname}/stalled-server.ts`, core: null })
  const crowd = await startChild({ file: `${import.meta.dirname}/stalled-crowd.ts`, core: null })
  try {
    return await measured({ server, crowd }, stalledCount)
  } finally {
    await Promise.all([server.stop(), crowd.stop()])
  }
}

async function measured({ server, crowd }: Record<'server' | 'crowd', Child>, stalledCount: number): Promise<Round> {
  const told = (question: ServerQuestion) => server.ask(question)
  const heard = (question: CrowdQuestion) => crowd.ask(question)
  const { port } = server.ready as { readonly port: number }
  await heard({ op: 'join', port, count: readers })
  const stalled = await stalledReaders(port, stalledCount)
  const before = { ...((await told({ op: 'memory' })) as Memory), kernelMb: kernelMb() }
  await told({ op: 'peak' })
  await heard({ op: 'begin' })
  const beganMs = Date.now()
  await told({ op: 'publish', perSecond: rate, seconds })
  let endings: readonly Ending[] = []
  let kernelPeak = 0
  while (Date.now() < beganMs + (seconds + AFTER_SECONDS) * 1000) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    endings = (await told({ op: 'endings' })) as readonly Ending[]
    stalled.look(endings)
    kernelPeak = Math.max(kernelPeak, kernelMb() ?? 0)
  }
  const peak = { ...((await told({ op: 'peak' })) as Memory), kernelMb: kernelPeak }
  const others = (await heard({ op: 'end', seq: 1 + rate * seconds })) as CrowdFigures
  const after = { ...((await told({ op: 'memory' })) as Memory), kernelMb: kernelMb() }
  const streamsLeft = (await told({ op: 'streams' })) as number
  const figures = stalled.figures(endings, beganMs)
  stalled.close()
  return { others, stalled: figures, memory: { before, peak, after }, streamsLeft }
}

const without = await round(0)
const beside = await round(stalledMax)
process.stdout.write(`${JSON.stringify({ rate, seconds, without, with: beside }, null, 2)}\n`)
const lost = [without, beside].reduce((sum, { others }) => sum + others.lost + others.behind + others.cut, 0)
const { slow, silent } = beside.stalled
const isAllEnded = slow + silent === beside.stalled.readers && beside.streamsLeft === readers
process.exit(lost === 0 && isAllEnded ? 0 : 1)
