import type { z } from '@hono/zod-openapi'
import { ServerFrame, type StreamToken } from '../../src/adapters/http/stream/schemas.ts'

export type Frame = z.output<typeof ServerFrame>
export type FrameOf<Type extends Frame['type']> = Extract<Frame, { type: Type }>
export type Token = z.output<typeof StreamToken>

/** What a client knows of one list. */
export interface Known {
  readonly epoch: string
  readonly seq: number
  readonly rows: readonly Token[]
}

/** A client that does what docs/streams.md says and nothing else, and fails on anything that the page does not allow. */
export interface StreamReader {
  /** Everything that was read, oldest first. */
  readonly frames: Frame[]
  /** By id of the list. */
  readonly lists: Map<string, Known>
  /** Another connection: what it says is of the lists that it has been asked for, and those are none yet. */
  connect(): void
  read(text: string): void
  /** Where to go on from after a cut; undefined when nothing is known. */
  since(id: string): { epoch: string; seq: number } | undefined
}

export function streamReader(): StreamReader {
  const frames: Frame[] = []
  const lists = new Map<string, Known>()
  /** Lists of which a snapshot must come next. */
  const bare = new Set<string>()
  /** Lists of this connection. */
  const followed = new Set<string>()
  const known = (id: string): Known => {
    const list = lists.get(id)
    if (list === undefined) throw new Error(`nothing is known of ${id}`)
    return list
  }
  const apply = (frame: Frame): void => {
    if (frame.type === 'subscribed') {
      followed.add(frame.id)
      if (!frame.recovered) bare.add(frame.id)
      else if (known(frame.id).seq !== frame.seq || known(frame.id).epoch !== frame.epoch)
        throw new Error('recovered from elsewhere')
    } else if (frame.type === 'snapshot') {
      if (!bare.delete(frame.id)) throw new Error('a snapshot that nothing announced')
      lists.set(frame.id, { epoch: frame.epoch, seq: frame.seq, rows: frame.data })
    } else if (frame.type === 'delta') lists.set(frame.id, afterDelta(known(frame.id), frame))
    else if (frame.type === 'unsubscribed') followed.delete(frame.id)
    else if (frame.type === 'heartbeat') {
      for (const id of followed) lists.set(id, { ...known(id), seq: frame.seq })
    }
  }
  return {
    frames,
    lists,
    since: (id) => {
      const list = lists.get(id)
      return list === undefined ? undefined : { epoch: list.epoch, seq: list.seq }
    },
    connect() {
      followed.clear()
      bare.clear()
    },
    read(text) {
      const frame = ServerFrame.parse(JSON.parse(text))
      frames.push(frame)
      apply(frame)
    },
  }
}

function afterDelta(list: Known, delta: FrameOf<'delta'>): Known {
  if (delta.from !== list.seq) throw new Error(`a delta from ${delta.from} for a list at ${list.seq}`)
  const rows = new Map(list.rows.map((row) => [row.id, row]))
  for (const id of delta.remove) rows.delete(id)
  for (const upsert of delta.upsert) rows.set(upsert.id, { ...rows.get(upsert.id), ...upsert } as Token)
  const ids = delta.order ?? [...rows.keys()]
  return { ...list, seq: delta.seq, rows: ids.map((id) => rows.get(id) as Token) }
}
