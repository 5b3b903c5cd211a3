import { signal } from '@preact/signals'
import { askWithKey, isRefusal } from './asking.ts'
import type { Bucket } from './bars.ts'

/** Taps of the last minutes, as they come. `absent`: this service does not stream them. */
export type LiveState = 'off' | 'opening' | 'live' | 'away' | 'absent'

const MINUTE_MS = 60_000
const SHOWN_MINUTES = 30
const AGAIN_MS = 5000

interface Count {
  readonly bucket: string
  readonly tag: string
  readonly count: number
}

/** Minutes that somebody taps in, over server-sent events; asking for them takes no query. */
export class Live {
  readonly state = signal<LiveState>('off')
  /** Of the last half hour that are known, oldest first. */
  readonly minutes = signal<readonly Bucket[]>([])
  #counts = new Map<string, Map<string, number>>()
  #source: EventSource | null = null
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
    this.minutes.value = []
    this.state.value = 'off'
  }

  /** The minutes move on while nobody taps. */
  tick(nowMs: number): void {
    if (this.state.peek() === 'live') this.minutes.value = minutesUntil(nowMs, this.#counts)
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
    let wasOpen = false
    source.onopen = () => {
      wasOpen = true
      this.#counts = new Map()
      this.state.value = 'live'
      this.tick(Date.now())
    }
    source.onerror = () => {
      source.close()
      if (source !== this.#source) return
      if (wasOpen) this.#again(null)
      else this.state.value = 'absent'
    }
    for (const name of ['snapshot', 'delta']) source.addEventListener(name, ({ data }) => this.#take(data))
  }

  #again(atMs: number | null): void {
    this.state.value = 'away'
    const waitMs = Math.max(AGAIN_MS * (0.5 + Math.random()), (atMs ?? 0) - Date.now())
    this.#timer = setTimeout(() => void this.#connect(), waitMs)
  }

  /** Each entry replaces what was known of its minute and tag. */
  #take(text: string): void {
    const { data, upsert } = JSON.parse(text) as { data?: readonly Count[]; upsert?: readonly Count[] }
    for (const { bucket, tag, count } of upsert ?? data ?? []) {
      const minute = new Date(bucket).toISOString()
      const tags = this.#counts.get(minute) ?? new Map<string, number>()
      this.#counts.set(minute, tags.set(tag, count))
    }
    this.tick(Date.now())
  }
}

/** Exported for tests. */
export function minutesUntil(
  nowMs: number,
  counts: ReadonlyMap<string, ReadonlyMap<string, number>>,
): readonly Bucket[] {
  const last = Math.floor(nowMs / MINUTE_MS)
  return Array.from({ length: SHOWN_MINUTES }, (_, i) => {
    const startMs = (last - SHOWN_MINUTES + 1 + i) * MINUTE_MS
    const start = new Date(startMs).toISOString()
    const count = [...(counts.get(start)?.values() ?? [])].reduce((sum, each) => sum + each, 0)
    return { start, end: new Date(startMs + MINUTE_MS).toISOString(), count, partial: startMs / MINUTE_MS === last }
  })
}
