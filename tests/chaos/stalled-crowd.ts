import { answering } from '../../bench/harness/answering.ts'
import { answerPing, framesOf, openRaw } from './stalled-wire.ts'
import type { CrowdFigures, CrowdQuestion } from './stalled-words.ts'

// Readers that read: half of them over WebSocket, half server-sent events, in a process of their own.
const AT_ONCE = 50
/** A service serves only so many streams of one address. */
const PER_ADDRESS = 20
/** How long after the last delta it is waited for the next. */
const PATIENCE_MS = 5000
const LONGEST_MS = 60_000

interface Reader {
  seq: number
}

const readers: Reader[] = []
/** When each position was published; read from the first delta that leads there. */
const publishedMs = new Map<number, number>()
/** How many deltas took so many milliseconds. */
let delays = new Uint32Array(LONGEST_MS + 1)
let tally = { deltas: 0, lost: 0, conflated: 0, cut: 0, bytes: 0 }
let lastMs = 0

function take(reader: Reader, frame: Buffer): void {
  tally.bytes += frame.length
  const head = frame.toString('latin1', 0, HEAD_BYTES)
  const [, type] = /"type":"(\w+)"/.exec(head) ?? []
  const seq = Number(/"seq":(\d+)/.exec(head)?.[1])
  if (type === 'delta') takeDelta(reader, { frame, from: Number(/"from":(\d+)/.exec(head)?.[1]), seq })
  else if (type === 'snapshot' || type === 'heartbeat') reader.seq = seq
}

interface Delta {
  readonly frame: Buffer
  readonly from: number
  readonly seq: number
}

function takeDelta(reader: Reader, { frame, from, seq }: Delta): void {
  tally.deltas += 1
  if (reader.seq !== from) tally.lost += 1
  if (seq !== from + 1) tally.conflated += 1
  reader.seq = seq
  const published = publishedMs.get(seq) ?? publishedOf(frame)
  publishedMs.set(seq, published)
  const tookMs = Math.round(performance.timeOrigin + performance.now() - published)
  const took = Math.min(LONGEST_MS, Math.max(0, tookMs))
  delays[took] = (delays[took] ?? 0) + 1
  lastMs = performance.now()
}

/** Where a frame says what it is: in an event after its name and position. */
const HEAD_BYTES = 160

/** The newest time in it: a delta over several updates has rows of each of them. */
function publishedOf(frame: Buffer): number {
  const times = frame.toString('latin1').matchAll(/"observed_at":"([^"]+)"/g)
  return Math.max(...Array.from(times, ([, time = '']) => Date.parse(time)))
}

async function join(port: number, count: number): Promise<null> {
  for (let first = 0; first < count; first += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) => first + i)
    await Promise.all(some.map((n) => joinOne(port, n)))
  }
  return null
}

async function joinOne(port: number, n: number): Promise<void> {
  const address = `127.0.2.${1 + Math.floor(n / PER_ADDRESS)}`
  const raw = await openRaw(port, address, n % 2 === 0 ? 'websocket' : 'events')
  const { socket, kind, first } = raw
  const reader: Reader = { seq: 0 }
  readers.push(reader)
  const read = framesOf(kind, (frame, opcode) => {
    answerPing(raw, frame, opcode)
    take(reader, frame)
  })
  read(first)
  socket.on('data', read)
  socket.on('close', () => {
    tally.cut += 1
  })
}

async function finish(seq: number): Promise<CrowdFigures> {
  lastMs = performance.now()
  while (readers.some((reader) => reader.seq < seq) && performance.now() - lastMs < PATIENCE_MS) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { bytes, ...counts } = tally
  return {
    readers: readers.length,
    ...counts,
    delayMs: { p50: delayAt(0.5), p99: delayAt(0.99), max: delayAt(1) },
    behind: readers.filter((reader) => reader.seq < seq).length,
    bytesEach: Math.round(bytes / readers.length),
  }
}

function delayAt(share: number): number {
  let left = Math.ceil(tally.deltas * share)
  return delays.findIndex((count) => {
    left -= count
    return left <= 0
  })
}

function begin(): null {
  delays = new Uint32Array(LONGEST_MS + 1)
  tally = { ...tally, deltas: 0, lost: 0, conflated: 0, bytes: 0 }
  return null
}

answering({}, (asked) => {
  const question = asked as CrowdQuestion
  if (question.op === 'join') return join(question.port, question.count)
  return question.op === 'begin' ? begin() : finish(question.seq)
})
