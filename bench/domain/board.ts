import { deciding } from '../../src/app/usecases/tokens/deciding.ts'
import { type Observations, observationStore } from '../../src/app/usecases/tokens/observations.ts'
import { NO_TRENDS } from '../../src/app/usecases/tokens/settings.ts'
import { type Shelf, shelf } from '../../src/app/usecases/tokens/shelf.ts'
import { addressOf, type TokenId } from '../../src/domain/tokens/identity.ts'
import { mergeParameters } from '../../src/domain/tokens/parameters.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { SourceState } from '../../src/ports/service.ts'
import { type MarketToken, marketTokens, SOURCE_NAMES, statements } from '../market.ts'

/** A full board, and a market that moves a part of it. */
export interface BenchBoard {
  readonly shelf: Shelf
  readonly observations: Observations
  /** A second passes, and the sources say something new of `count` tokens, others than the last time. */
  move(count: number): void
  /** The service's own tick: decides what has news and publishes the next board. */
  tick(): void
}

export function benchBoard(size: number): BenchBoard {
  const tokens = marketTokens(size)
  const clock = handClock()
  const parameters = mergeParameters(SOURCE_NAMES)
  const observations = observationStore(clock, parameters.staleLimitMs)
  const boards = shelf({ clock, parameters, epoch: 'bench', onBoards: () => {}, onMove: () => {} })
  const { decide } = deciding({ clock, parameters, displayAddress: addressOf, trends: NO_TRENDS }, observations, boards)
  const wanted: ReadonlySet<TokenId> = new Set(tokens.map(({ id }) => id))
  const sources = SOURCE_NAMES.map(
    (name): SourceState => ({ name, ok: true, reason: null, observedAtMs: clock.nowMs() }),
  )
  const say = (token: MarketToken, factor: number) =>
    observations.add(statements(token, { atMs: clock.nowMs(), factor }))
  const tick = () => {
    const news = decide({ wanted, sources, answered: [], unlisted: [], settled: [] })
    if (news !== null) boards.apply(news)
  }
  let next = 0
  for (const token of tokens) say(token, 1)
  tick()
  return {
    shelf: boards,
    observations,
    tick,
    move(count) {
      clock.pass(1000)
      for (let i = 0; i < count; i++, next++) {
        const token = tokens[next % size]
        // Up and down by up to two percent, never the same twice in a row.
        if (token !== undefined) say(token, 1 + ((next * 7) % 41) / 1000 - 0.02)
      }
    },
  }
}

/** Time passes only between measurements. */
function handClock(): Clock & { pass(ms: number): void } {
  let ms = Date.UTC(2026, 0, 1)
  return {
    nowMs: () => ms,
    monotonicMs: () => ms,
    after: () => () => {},
    pass(elapsedMs) {
      ms += elapsedMs
    },
  }
}
