import type { StreamToken, TokenParams } from '../../clients/stream.ts'

/**
 * A small stream service over a board of invented tokens. It speaks the protocol of /v1/stream from its description,
 * shares no code with the service or its client, and keeps every board, so that a test can ask what was true when.
 */
export interface ToyStream {
  /** The next board. */
  tick(rows: readonly StreamToken[], solUsd?: number | null): void
  /** As after a restart: another epoch, from which nothing can be resumed. */
  restart(): void
  /** What a list shows at a position; null when there was no such board. */
  truth(epoch: string, seq: number, params: TokenParams): readonly StreamToken[] | null
  head(): { readonly epoch: string; readonly seq: number; readonly solUsd: number | null }
  connect(send: (text: string) => void): ToyConnection
}

export interface ToyConnection {
  /** A message of the client. */
  receive(text: string): void
  /** Sends what is due: without a call for several boards, one delta for all of them. */
  pump(): void
  /** Sends a heartbeat, if nothing is due. */
  beat(atMs: number): void
}

interface Board {
  readonly rows: readonly StreamToken[]
  readonly solUsd: number | null
}
interface Subscription {
  readonly params: TokenParams
  epoch: string
  at: number
  shown: readonly StreamToken[]
}
interface Message {
  readonly op: string
  readonly id: string
  readonly params: TokenParams
  readonly since?: { readonly epoch: string; readonly seq: number }
}

const WINDOW = '24h'

/** @param keep how many boards back a client may resume from */
export function toyStream(keep: number): ToyStream {
  const boards = new Map<string, Board>()
  let epochs = 1
  let seq = 0
  const epoch = () => `e${epochs}`
  const key = (atEpoch: string, atSeq: number) => `${atEpoch}-${atSeq}`
  const boardAt = (atEpoch: string, atSeq: number) => boards.get(key(atEpoch, atSeq)) ?? null
  const now = () => boardAt(epoch(), seq) ?? { rows: [], solUsd: null }
  boards.set(key(epoch(), seq), { rows: [], solUsd: null })

  const connect = (send: (text: string) => void): ToyConnection => {
    const subscriptions = new Map<string, Subscription>()
    const say = (frame: object) => send(JSON.stringify(frame))
    const snapshot = (id: string, subscription: Subscription) => {
      Object.assign(subscription, { epoch: epoch(), at: seq, shown: view(now().rows, subscription.params) })
      say({ type: 'subscribed', id, epoch: epoch(), seq, recovered: false })
      say({ type: 'snapshot', id, epoch: epoch(), seq, sol_usd: now().solUsd, data: subscription.shown })
    }
    const delta = (id: string, subscription: Subscription) => {
      const after = view(now().rows, subscription.params)
      const changes = difference(subscription.shown, after)
      const from = subscription.at
      if (changes === null) return
      Object.assign(subscription, { at: seq, shown: after })
      say({ type: 'delta', id, from, seq, sol_usd: now().solUsd, ...changes, ...(seq - from > 1 && { conflated: 1 }) })
    }
    const subscribe = ({ id, params, since }: Message) => {
      const old = since !== undefined && since.epoch === epoch() && seq - since.seq <= keep && since.seq <= seq
      const shown = old ? view(boardAt(since.epoch, since.seq)?.rows ?? [], params) : []
      const subscription = { params, epoch: epoch(), at: since?.seq ?? 0, shown }
      subscriptions.set(id, subscription)
      if (!old) return snapshot(id, subscription)
      say({ type: 'subscribed', id, epoch: epoch(), seq: since.seq, recovered: true })
      delta(id, subscription)
    }
    return {
      receive(text) {
        const message = JSON.parse(text) as Message
        if (message.op === 'subscribe') subscribe(message)
        else if (message.op === 'unsubscribe') subscriptions.delete(message.id)
      },
      pump() {
        for (const [id, subscription] of subscriptions) {
          if (subscription.epoch === epoch()) delta(id, subscription)
          else snapshot(id, subscription)
        }
      },
      beat(atMs) {
        const isDue = ({ epoch: e, shown, params }: Subscription) =>
          e !== epoch() || difference(shown, view(now().rows, params)) !== null
        if ([...subscriptions.values()].some(isDue)) return
        for (const subscription of subscriptions.values()) subscription.at = seq
        say({ type: 'heartbeat', seq, at: new Date(atMs).toISOString() })
      },
    }
  }

  return {
    tick(rows, solUsd = 100) {
      seq++
      boards.set(key(epoch(), seq), { rows, solUsd })
    },
    restart() {
      const board = now()
      epochs++
      seq = 0
      boards.set(key(epoch(), seq), board)
    },
    truth(atEpoch, atSeq, params) {
      const board = boardAt(atEpoch, atSeq)
      return board === null ? null : view(board.rows, params)
    },
    head: () => ({ epoch: epoch(), seq, solUsd: now().solUsd }),
    connect,
  }
}

/** What a list of these parameters shows of a board. */
function view(rows: readonly StreamToken[], { q, order, limit = 30, network }: TokenParams): readonly StreamToken[] {
  const sign = order === 'asc' ? 1 : -1
  const volume = (row: StreamToken) => row.volume_usd[WINDOW] ?? 0
  return rows
    .filter((row) => q === undefined || `${row.symbol} ${row.name}`.toLowerCase().includes(q.toLowerCase()))
    .filter((row) => network === undefined || row.network === network)
    .toSorted((a, b) => sign * (volume(a) - volume(b)) || (a.id < b.id ? -1 : 1))
    .slice(0, limit)
}

function difference(before: readonly StreamToken[], after: readonly StreamToken[]) {
  const old = new Map(before.map((row) => [row.id, row]))
  const ids = new Set(after.map(({ id }) => id))
  const remove = before.filter(({ id }) => !ids.has(id)).map(({ id }) => id)
  const upsert = after.flatMap((row) => changed(old.get(row.id), row))
  const implied = [...before.filter(({ id }) => ids.has(id)), ...after.filter(({ id }) => !old.has(id))]
  const order = after.some((row, place) => row.id !== implied[place]?.id) ? after.map(({ id }) => id) : undefined
  if (remove.length + upsert.length === 0 && order === undefined) return null
  return { upsert, remove, ...(order !== undefined && { order }) }
}

function changed(old: StreamToken | undefined, row: StreamToken): object[] {
  if (old === undefined) return [row]
  const text = (value: unknown) => JSON.stringify(value)
  const fields = Object.entries(row).filter(([name, value]) => text(old[name as keyof StreamToken]) !== text(value))
  return fields.length === 0 ? [] : [{ id: row.id, ...Object.fromEntries(fields) }]
}

/** An invented token; `facts` says what is special about it. */
export function toyToken(name: string, facts: Partial<StreamToken> & { readonly volume?: number } = {}): StreamToken {
  const { volume = 1000, ...rest } = facts
  const windows = <T>(value: T) => ({ '5m': value, '1h': value, '6h': value, '24h': value, '7d': null })
  return {
    id: `solana:${name}`,
    network: 'solana',
    address: name,
    name: `${name} token`,
    symbol: name,
    price_usd: 1,
    change_pct: windows(0.5),
    volume_usd: windows(volume),
    transactions: windows(10),
    liquidity_usd: 50_000,
    market_cap_usd: 1_000_000,
    market_cap_basis: 'circulating',
    fdv_usd: 1_200_000,
    dex: 'raydium',
    pool_count: 2,
    created_at: '2026-11-01T00:00:00.000Z',
    status: 'ok',
    sources: ['dexscreener', 'jupiter'],
    observed_at: '2026-11-20T00:00:00.000Z',
    ...rest,
  }
}
