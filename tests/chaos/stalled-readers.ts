import { readFileSync } from 'node:fs'
import { framesOf, openRaw, type RawStream, type StreamKind } from './stalled-wire.ts'
import type { Ending } from './stalled-words.ts'

/** Readers that stop reading as soon as they have subscribed: half over WebSocket, half server-sent events. */
export interface StalledReaders {
  /** Looks at what the system knows of their connections; wakes those who are to wake, once they were ended. */
  look(endings: readonly Ending[]): void
  figures(endings: readonly Ending[], afterMs: number): StalledFigures
  close(): void
}

export interface StalledFigures {
  readonly readers: number
  /** Those that the service ended for being slow. */
  readonly slow: number
  /** Those that were cut before that, because they did not answer a ping. */
  readonly silent: number
  /** From the cap to the end of the connection, seconds; null where the system does not tell. */
  readonly cutAfterCapSeconds: Spread | null
  /** When the cap was reached, seconds after the first update. */
  readonly capReachedSeconds: Spread | null
  /** What those who read on after the end were told, with how many. */
  readonly told: Readonly<Record<string, number>>
  /** The most that waited in the system for one of them, on the service's side. */
  readonly kernelKbMax: number
}

export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** One in so many reads on when the service has ended its stream, to see what is said at the end. */
const WAKES_EVERY = 10
const LOOKS_AT_ONCE = 20

interface Stalled extends RawStream {
  readonly address: string
  readonly wakes: boolean
  goneAtMs: number | null
  told: string | null
}

export async function stalledReaders(port: number, count: number): Promise<StalledReaders> {
  const all: Stalled[] = []
  for (let first = 0; first < count; first += LOOKS_AT_ONCE) {
    const some = Array.from({ length: Math.min(LOOKS_AT_ONCE, count - first) }, (_, i) => stall(port, first + i))
    all.push(...(await Promise.all(some)))
  }
  let kernelBytes = 0
  return {
    look(endings) {
      const open = connectionsOf(port)
      const ended = new Set(endings.map(({ address }) => address))
      for (const one of all) {
        kernelBytes = Math.max(kernelBytes, open?.get(one.address) ?? 0)
        if (open !== null && !open.has(one.address)) one.goneAtMs ??= Date.now()
        if (one.wakes && ended.has(one.address)) one.socket.resume()
      }
    },
    figures: (endings, afterMs) => figuresOf(all, { endings, afterMs, kernelBytes }),
    close() {
      for (const { socket } of all) socket.destroy()
    },
  }
}

async function stall(port: number, n: number): Promise<Stalled> {
  const address = `127.0.3.${1 + (n % 250)}`
  const kind: StreamKind = n % 2 === 0 ? 'websocket' : 'events'
  const raw = await openRaw(port, address, kind)
  const one: Stalled = { ...raw, address, wakes: n % WAKES_EVERY < 2, goneAtMs: null, told: null }
  raw.socket.pause()
  const read = framesOf(kind, (frame, opcode) => {
    one.told = lastWord(kind, frame, opcode) ?? one.told
  })
  read(raw.first)
  raw.socket.on('data', read)
  return one
}

const CLOSE = 8

/** The code of the end, when this is the end. */
function lastWord(kind: StreamKind, frame: Buffer, opcode: number): string | null {
  if (kind === 'websocket') return opcode === CLOSE ? `close ${frame.readUInt16BE(0)}` : null
  return /^: (\d{4}) /.exec(frame.toString('latin1', 0, 16))?.[1]?.replace(/^/, 'comment ') ?? null
}

interface Seen {
  readonly endings: readonly Ending[]
  /** When the first update was published. */
  readonly afterMs: number
  readonly kernelBytes: number
}

function figuresOf(all: readonly Stalled[], { endings, afterMs, kernelBytes }: Seen): StalledFigures {
  const byAddress = new Map(endings.map((ending) => [ending.address, ending]))
  const capsMs = all.flatMap(({ address }) => capOf(byAddress.get(address)) ?? [])
  const cutMs = all.flatMap(({ address, wakes, goneAtMs }) => {
    const cap = capOf(byAddress.get(address))
    return wakes || cap === null || goneAtMs === null ? [] : [goneAtMs - cap]
  })
  const told: Record<string, number> = {}
  for (const one of all) if (one.told !== null) told[one.told] = (told[one.told] ?? 0) + 1
  return {
    readers: all.length,
    slow: capsMs.length,
    silent: all.filter(({ address, goneAtMs }) => goneAtMs !== null && !byAddress.has(address)).length,
    cutAfterCapSeconds: spreadOf(cutMs),
    capReachedSeconds: spreadOf(capsMs.map((ms) => ms - afterMs)),
    told,
    kernelKbMax: Math.round(kernelBytes / 1024),
  }
}

const SLOW = 4408

function capOf(ending: Ending | undefined): number | null {
  return ending === undefined || ending.code !== SLOW ? null : ending.atMs - ending.behindMs
}

function spreadOf(milliseconds: readonly number[]): Spread | null {
  const sorted = milliseconds.toSorted((a, b) => a - b)
  if (sorted.length === 0) return null
  const at = (share: number) => Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) / 100) / 10
  return { min: at(0), median: at(0.5), max: at(1) }
}

const ESTABLISHED = '01'

/** By address of the reader: bytes that wait in the system to be sent to it. Null where the system does not tell. */
function connectionsOf(port: number): ReadonlyMap<string, number> | null {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  try {
    const lines = readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1)
    const fields = lines.map((line) => line.trim().split(/\s+/))
    const ours = fields.filter(([, own = '', , state]) => own.endsWith(local) && state === ESTABLISHED)
    return new Map(ours.map(([, , other = '', , queues = '']) => [addressOf(other), Number.parseInt(queues, 16)]))
  } catch {
    return null
  }
}

/** From `0500007F:1234`, the lowest byte first. */
function addressOf(text: string): string {
  const bytes = text.slice(0, 8).match(/../g) ?? []
  return bytes
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.')
}
