import type { StreamToken } from '../../clients/stream.ts'
import { count, emptyTally, type Oracle, VIEWS } from './oracle.ts'
import type { Follower } from './web-socket-follower.ts'

/** Reads server-sent events as a browser does, with `Last-Event-ID`, and applies them by the rules of docs/streams.md. */
export function sseFollower(url: string, view: number, truth: Oracle): Follower {
  const tally = emptyTally()
  const query = new URLSearchParams(Object.entries(VIEWS[view] ?? {}).map(([name, value]) => [name, `${value}`]))
  const ending = new AbortController()
  let rows = new Map<string, StreamToken>()
  let order: string[] = []
  let position: { epoch: string; seq: number } | null = null
  let lastId: string | null = null

  function take(message: Message): void {
    if (message.type === 'subscribed') {
      if (position !== null) tally[message.recovered === true ? 'resumed' : 'fresh'] += 1
      if (message.recovered === true && message.seq !== position?.seq) tally.silentGaps += 1
      position = { epoch: message.epoch ?? '', seq: message.seq }
    } else if (message.type === 'snapshot') {
      rows = new Map(message.data?.map((row) => [row.id, row]))
      order = [...rows.keys()]
      position = { epoch: message.epoch ?? '', seq: message.seq }
    } else if (message.type === 'delta') {
      if (message.from !== position?.seq) tally.silentGaps += 1
      apply(message)
      if (position !== null) position = { ...position, seq: message.seq }
    } else if (message.type === 'heartbeat') {
      // Nothing was pending, so what the client has is what the service shows there.
      if (position !== null) position = { ...position, seq: message.seq }
    } else return
    compare()
  }

  function apply({ upsert = [], remove = [], order: arranged }: Message): void {
    for (const id of remove) rows.delete(id)
    order = order.filter((id) => rows.has(id))
    for (const change of upsert) {
      if (!rows.has(change.id)) order.push(change.id)
      rows.set(change.id, { ...rows.get(change.id), ...change })
    }
    order = arranged ?? order
  }

  function compare(): void {
    const state = order.flatMap((id) => rows.get(id) ?? [])
    const at = position
    if (at !== null && state.length > 0) setTimeout(() => count(tally, truth.judge(view, at.epoch, at.seq, state)), 50)
  }

  async function readOn(): Promise<void> {
    const headers = lastId === null ? {} : { 'last-event-id': lastId }
    const response = await fetch(`${url}/v1/stream/tokens?${query}`, { headers, signal: ending.signal })
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk)
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const event = text.slice(0, end)
        text = text.slice(end + 2)
        lastId = /^id: ?(.*)$/m.exec(event)?.[1] ?? lastId
        const data = /^data: ?(.*)$/m.exec(event)?.[1]
        if (data !== undefined) take(JSON.parse(data))
      }
    }
  }

  async function again(): Promise<void> {
    while (!ending.signal.aborted) {
      await readOn().catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50))
    }
  }
  void again()
  return { tally: () => tally, close: () => ending.abort() }
}

interface Message {
  readonly type: string
  readonly epoch?: string
  readonly seq: number
  readonly from?: number
  readonly recovered?: boolean
  readonly data?: readonly StreamToken[]
  readonly upsert?: readonly StreamToken[]
  readonly remove?: readonly string[]
  readonly order?: string[]
}
