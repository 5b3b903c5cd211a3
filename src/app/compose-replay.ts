import { eip55Display } from '../adapters/address/eip55.ts'
import { systemClock } from '../adapters/clock/system.ts'
import { pageBody } from '../adapters/http/bodies/token.ts'
import { playedReplies } from '../adapters/sources/tape/played-replies.ts'
import { readTape } from '../adapters/tape/read-tape.ts'
import type { TokenView } from '../domain/tokens/query.ts'
import type { TapeAnswer } from '../ports/tape.ts'
import { SOURCES } from './compose-sources.ts'
import { digest } from './compose-tape.ts'
import { type Replayed, replay } from './usecases/tokens-tape/replaying.ts'

export { readMoment } from './compose-when.ts'
export type { Replayed } from './usecases/tokens-tape/replaying.ts'

/** Every decision on a tape, made again; see replay. @param passedOver told of lines that a killed process left behind */
export function replayTape(path: string, passedOver: (line: number) => void): AsyncGenerator<Replayed> {
  const replies = playedReplies()
  const options = { clock: systemClock(), random: () => 0, around: replies.around }
  const sources = new Map(Object.entries(SOURCES).map(([name, make]) => [name, make(options)]))
  const never = new AbortController().signal
  const reread = async ({ source: name, question, replies: recorded }: TapeAnswer) => {
    const source = sources.get(name)
    if (source === undefined) throw new Error(`there is no source ${name}`)
    replies.load(recorded)
    return 'search' in question ? source.search(question.search, never) : source.lookup(question.lookup, never)
  }
  return replay(readTape(path, passedOver), { displayAddress: eip55Display(), digest, reread })
}

/** The whole board in the order and the form of `GET /v1/tokens`. */
export function boardPage({ ranked, snapshot }: NonNullable<Replayed['moment']>): ReturnType<typeof pageBody> {
  const page = { snapshot, rows: ranked(EVERYTHING), nextCursor: null, expiresAtMs: 0, stillWanted() {} }
  return pageBody(page, { window: '24h', spark: false })
}

/** What a client that asks for nothing in particular sees. */
const EVERYTHING: TokenView = {
  q: null,
  network: null,
  sort: 'volume',
  order: 'desc',
  window: '24h',
  minLiquidityUsd: null,
}
