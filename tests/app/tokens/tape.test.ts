import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { recording } from '../../../src/app/usecases/tokens-tape/recording.ts'
import { type NumberedLine, replay } from '../../../src/app/usecases/tokens-tape/replaying.ts'
import { liveRows } from '../../../src/domain/tokens/board.ts'
import { addressOf, type TokenId } from '../../../src/domain/tokens/identity.ts'
import type { Trend } from '../../../src/domain/tokens/trend.ts'
import type { PriceTrends } from '../../../src/ports/price-trends.ts'
import type { TapeAnswer, TapeLine } from '../../../src/ports/tape.ts'
import type { SourceAnswer, TokenSource } from '../../../src/ports/token-source.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { type FakeSource, fakeSource, type Market } from '../../support/fake-source.ts'
import { stage, token } from '../../support/live-tokens.ts'

const digest = (text: string) => createHash('sha256').update(text).digest('hex')
const NAMES = ['dexscreener', 'jupiter', 'geckoterminal'] as const

/** A stage that records. Its sources have no replies, so what they answered is kept beside the tape. */
function recorded(market: Market, trends: PriceTrends) {
  const clock = fakeClock()
  const lines: NumberedLine[] = []
  const answers = new Map<string, SourceAnswer>()
  const given = new Map<number, SourceAnswer>()
  const keyOf = (source: string, question: unknown) => `${source} ${JSON.stringify(question)}`
  const write = (line: TapeLine) => {
    lines.push({ number: lines.length + 1, line: copy(line) })
    if (line.kind !== 'answer' || line.failure !== null) return
    const answer = answers.get(keyOf(line.source, line.question))
    if (answer !== undefined) given.set(line.number, copy(answer))
  }
  const keeping = (source: TokenSource): TokenSource => {
    const keep = async (question: unknown, asking: Promise<SourceAnswer>) => {
      const answer = await asking
      answers.set(keyOf(source.name, question), answer)
      return answer
    }
    return {
      ...source,
      callsLeft: source.callsLeft,
      search: (text, signal) => keep({ search: text }, source.search(text, signal)),
      lookup: (ids, signal) => keep({ lookup: ids }, source.lookup(ids, signal)),
    }
  }
  const fakes = NAMES.map((name) => fakeSource(name, { clock, market })) as [FakeSource, FakeSource, FakeSource]
  const start = { epoch: '1', version: '0', sources: NAMES, staleLimitMs: 900_000 }
  const tape = recording({ clock, tape: { write }, replies: { take: () => [] }, trends, digest, start })
  const sources = fakes.map((source) => tape.source(keeping(source))) as unknown as typeof fakes
  const live = stage({ market, clock, sources, parts: { recording: tape, trends: tape.trends, watch: ['FIG'] } })
  const reread = async ({ number }: TapeAnswer) => given.get(number) ?? Promise.reject(new Error('none'))
  return { live, fakes, clock, lines, parts: { displayAddress: addressOf, digest, reread } }
}

function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

async function replayed({ lines, parts }: Pick<ReturnType<typeof recorded>, 'lines' | 'parts'>) {
  const boards = new Map<number, unknown>()
  const others: number[] = []
  for await (const { line, moment, isAsThen } of replay(each(lines), parts)) {
    if (!isAsThen) others.push(line)
    if (moment !== null) boards.set(moment.board.seq, copy(liveRows(moment.board)))
  }
  return { boards, others }
}

async function* each<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values
}

/** An hour with everything that changes a decision: outages, jumps, a past that is learnt, a clock that is set back. */
async function anHour() {
  const market: Market = new Map()
  for (let n = 1; n <= 40; n += 1) market.set(token(n), { symbol: n % 2 ? `FIG${n}` : `PLUM${n}`, priceUsd: n })
  const known = new Map<TokenId, Trend>()
  let changed = new Set<TokenId>()
  const trends: PriceTrends = {
    of: (id) => known.get(id),
    hasChanged: () => changed.size > 0,
    takeChanged() {
      const taken = changed
      changed = new Set()
      return taken
    },
  }
  const stage = recorded(market, trends)
  const { live, fakes, clock } = stage
  const boards = new Map<number, unknown>()
  live.start()
  for (let minute = 0; minute < 60; minute += 1) {
    const [dexscreener, jupiter] = fakes
    dexscreener.behaviour = minute % 7 === 3 ? 'fails' : 'answers'
    jupiter.behaviour = minute % 5 === 2 ? 'empty' : minute % 11 === 4 ? 'hangs' : 'answers'
    if (minute === 30) clock.stepWall(-20 * 60_000)
    if (minute % 10 === 5) for (const one of fakes) one.behaviour = 'fails'
    if (minute % 3 === 0) await Promise.all([live.page('PLUM'), clock.advance(5_000)]).catch(() => {})
    const id = token(1 + (minute % 20))
    market.set(id, { symbol: 'FIG', priceUsd: (minute + 1) * (minute % 9 === 0 ? 50 : 1) })
    known.set(id, { weekAgo: { priceUsd: minute + 1, atMs: clock.nowMs() - 7 * 86_400_000 }, spark: [minute, null] })
    if (minute % 2 === 0) changed.add(id)
    for (let step = 0; step < 6; step += 1) {
      await clock.advance(10_000)
      const { snapshot, rows } = await live.page(null, { limit: 250 })
      boards.set(snapshot.seq, copy(rows))
    }
  }
  await live.stop()
  return { ...stage, boards }
}

test('a tape of an hour gives all its boards again', async () => {
  const hour = await anHour()
  const { boards, others } = await replayed(hour)
  expect(others).toEqual([])
  expect(hour.boards.size).toBeGreaterThan(200)
  const byId = (rows: unknown) => (rows as { id: string }[]).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  for (const [seq, rows] of hour.boards) expect(byId(boards.get(seq))).toEqual(byId(rows))
  const kinds = Map.groupBy(hour.lines, ({ line }) => line.kind)
  const heard = (kinds.get('hearing') ?? []).flatMap(({ line }) => ('answer' in line ? [line.answer] : []))
  // Or it says nothing of what is heard again from the cache, of what has failed, and of the past.
  expect(new Set(heard).size).toBeLessThan(heard.length)
  expect(hour.lines.some(({ line }) => line.kind === 'answer' && line.failure !== null)).toBe(true)
  expect(hour.lines.some(({ line }) => line.kind === 'tick' && line.trends.length > 0)).toBe(true)
})
