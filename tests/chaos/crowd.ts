import { WebSocket } from 'ws'
import { openStream, type Stream, type StreamSocket, type TokenList } from '../../clients/stream.ts'
import type { Rows, Witness } from './witness.ts'

/** The lists that are watched, as query parameters of both the stream and REST. */
export const LISTS = ['sort=volume&limit=50', 'sort=price_change&window=1h&limit=20', 'q=SOL&limit=100'] as const

/** Subscribers that come back to any of the instances whenever they lose theirs. */
export interface Crowd {
  figures(): CrowdFigures
  /** Those whose list does not stand at this position. */
  notAt(epoch: string, seq: number): number
  close(): void
}

export interface CrowdFigures {
  readonly deltas: number
  /** Returns without a snapshot, and with one. */
  readonly resumed: number
  readonly fresh: number
  /** Frames that did not fit, each repaired by asking anew: there should be none. */
  readonly misfits: number
}

export interface CrowdOptions {
  readonly size: number
  /** Asked before each attempt to connect. */
  readonly urls: () => readonly string[]
  readonly witness: Witness
}

export function crowd({ size, urls, witness }: CrowdOptions): Crowd {
  const members = Array.from({ length: size }, (_, n) => member(n, { urls, witness }))
  return {
    figures() {
      const counts = members.map(({ list }) => list.counts())
      const sum = (pick: (count: (typeof counts)[number]) => number) => counts.reduce((all, one) => all + pick(one), 0)
      return {
        deltas: members.reduce((all, one) => all + one.deltas(), 0),
        resumed: sum(({ resumed }) => resumed),
        fresh: sum(({ fresh }) => fresh),
        misfits: sum(({ gaps }) => gaps),
      }
    },
    notAt: (epoch, seq) => members.filter(({ list }) => !isAt(list, epoch, seq)).length,
    close() {
      for (const { stream } of members) stream.close()
    },
  }
}

interface Member {
  readonly stream: Stream
  readonly list: TokenList
  readonly deltas: () => number
}

function member(n: number, { urls, witness }: Omit<CrowdOptions, 'size'>): Member {
  const query = LISTS[n % LISTS.length] ?? LISTS[0]
  let deltas = 0
  const stream = openStream({
    url() {
      const all = urls()
      return `${all[Math.floor(Math.random() * all.length)]?.replace('http', 'ws')}/v1/stream`
    },
    // An address of its own: a service serves only so many connections of one.
    connect: (url) => new WebSocket(url, { localAddress: `127.0.1.${1 + (n % 250)}` }) as unknown as StreamSocket,
  })
  const params = Object.fromEntries(new URLSearchParams(query))
  const list = stream.tokens({ ...params, limit: Number(params['limit']) }, (change) => {
    if (change.kind === 'delta') deltas += 1
    if (change.kind !== 'delta' && change.kind !== 'snapshot') return
    witness.saw(`subscriber ${n} (${change.kind})`, query, {
      ...change.state,
      rows: change.state.rows as unknown as Rows,
    })
  })
  return { stream, list, deltas: () => deltas }
}

function isAt(list: TokenList, epoch: string, seq: number): boolean {
  const state = list.state()
  return !list.isWaiting() && state?.epoch === epoch && state.seq >= seq
}
