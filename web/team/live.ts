import { signal } from '@preact/signals'
import { askWithKey, isRefusal } from './asking.ts'
import type { Bucket } from './bars.ts'

/** Taps of the last minutes, as they come. `absent`: this service does not stream them. */
export type LiveState = 'off' | 'opening' | 'live' | 'away' | 'absent'

const MINUTE_MS = 60_000
const SHOWN_MINUTES = 30
const AGAIN_MS = 5000
const FAILURES_MAX = 3

interface Cell {
  readonly bucket: string
  readonly tag: string
}
type Count = Cell & { readonly count: number }

/** What the page reads of a frame. */
interface Frame {
  readonly data?: readonly Count[]
  readonly upsert?: readonly Count[]
  readonly remove?: readonly Cell[]
  /** When it was sent, by the service's clock. */
  readonly at?: string
}

/** Counts by tag, by the begin of their minute. */
export type Counts = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Minutes that somebody taps in, over server-sent events; asking for them takes no query. */
export class Live {
  readonly state = signal<LiveState>('off')
  /** Of the last half hour that are known, oldest first. */
  readonly minutes = signal<readonly Bucket[]>([])
  #counts = new Map<string, Map<string, number>>()
  /** The service's clock against ours, milliseconds. */
  #aheadMs = 0
  #source: EventSource | null = null
  /** Streams in a row that did not open. */
  #failures = 0
  #key = ''
  #timer: ReturnType<typeof setTimeout> | undefined

  open(key: string): void {
    this.close()
    this.#key = key
    void this.#connect()
  }

  close(): void {
    this.#key = ''
    this.#source?.close()
    this.#source = null
    clearTimeout(this.#timer)
    this.#counts = new Map()
    this.#failures = 0
    this.minutes.value = []
    this.state.value = 'off'
  }

  /** The minutes move on while nobody taps. @param nowMs by the local clock */
  tick(nowMs: number): void {
    if (this.state.peek() === 'live') this.minutes.value = minutesUntil(nowMs + this.#aheadMs, this.#counts)
  }

  async #connect(): Promise<void> {
    const key = this.#key
    this.state.value = this.state.peek() === 'off' ? 'opening' : 'away'
    const { body } = await askWithKey<{ ticket: string }>({ path: '/v1/stream/tickets', key, method: 'POST' })
    if (key !== this.#key) return
    if (!isRefusal(body)) this.#follow(body.ticket)
    else if (body.status === 401 || body.status === 403 || body.status === 404) this.state.value = 'absent'
    else this.#again(body.againAtMs)
  }

  /** A ticket is good for one stream, so the browser's own way of connecting again would be refused. */
  #follow(ticket: string): void {
    const source = new EventSource(`/v1/stream/taps?interval=minute&ticket=${encodeURIComponent(ticket)}`)
    this.#source = source
    source.onopen = () => {
      this.#failures = 0
      this.state.value = 'live'
      this.tick(Date.now())
    }
    source.onerror = () => {
      source.close()
      if (source !== this.#source) return
      this.#failures += 1
      // A browser does not tell why a stream did not open.
      if (this.#failures < FAILURES_MAX) this.#again(null)
      else this.state.value = 'absent'
    }
    const take = (event: Event) => this.#take((event as MessageEvent).data as string)
    for (const name of ['snapshot', 'delta', 'heartbeat']) source.addEventListener(name, take)
  }

  #again(atMs: number | null): void {
    this.state.value = 'away'
    const waitMs = Math.max(AGAIN_MS * (0.5 + Math.random()), (atMs ?? 0) - Date.now())
    this.#timer = setTimeout(() => void this.#connect(), waitMs)
  }

  /** Each entry replaces what was known of its minute and tag. */
  #take(text: string): void {
    const { data, upsert = [], remove = [], at } = JSON.parse(text) as Frame
    if (at !== undefined) this.#aheadMs = Date.parse(at) - Date.now()
    if (data !== undefined) this.#counts = new Map()
    for (const { bucket, tag } of remove) this.#counts.get(minuteOf(bucket))?.delete(tag)
    for (const { bucket, tag, count } of data ?? upsert) {
      const minute = minuteOf(bucket)
      this.#counts.set(minute, (this.#counts.get(minute) ?? new Map()).set(tag, count))
    }
    for (const [minute, tags] of this.#counts) if (tags.size === 0) this.#counts.delete(minute)
    this.tick(Date.now())
  }
}

function minuteOf(bucket: string): string {
  return new Date(bucket).toISOString()
}

/** The last half hour, zero-filled, oldest first. @param nowMs by the service's clock */
export function minutesUntil(nowMs: number, counts: Counts): readonly Bucket[] {
  const last = Math.floor(nowMs / MINUTE_MS)
  return Array.from({ length: SHOWN_MINUTES }, (_, i) => {
    const startMs = (last - SHOWN_MINUTES + 1 + i) * MINUTE_MS
    const start = new Date(startMs).toISOString()
    const count = [...(counts.get(start)?.values() ?? [])].reduce((sum, each) => sum + each, 0)
    return { start, end: new Date(startMs + MINUTE_MS).toISOString(), count, partial: startMs / MINUTE_MS === last }
  })
}
