import { answering } from '../../bench/harness/answering.ts'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { httpApp } from '../../src/adapters/http/app.ts'
import { serve } from '../../src/app/runtime/node.ts'
import { liveViews } from '../../src/app/usecases/tokens/live-views.ts'
import { applyTick, type Board, emptyBoard } from '../../src/domain/tokens/board.ts'
import type { TokenRow } from '../../src/domain/tokens/row.ts'
import type { Snapshot } from '../../src/ports/service.ts'
import { fakeService, rows } from '../support/fake-service.ts'
import { emptyPrices } from '../support/prices.ts'
import { memoryWatch } from './stalled-memory.ts'
import type { Ending, ServerQuestion } from './stalled-words.ts'

// The service's own streams: edge, routes, hub, sessions and live views on the server that it runs on, with the limits
// that it has. Only the board is fed by hand, because sources cannot be asked fifty times a second.
const LIST_SIZE = 30
/** Rows that change with each update: a delta of almost four kilobytes. */
const MOVED = 14

const clock = systemClock()
const feed = liveViews({ clock })
const list = rows(LIST_SIZE)
const endings: Ending[] = []
let board: Board = applyTick(emptyBoard('stalled'), { seq: 1, upserts: list, removes: [] }).board
feed.follow([board], [], snapshotOf(board))

const http = httpApp({
  service: fakeService(list),
  prices: emptyPrices(),
  feed,
  clock,
  log: { debug: noteEnding, info() {}, warn() {}, error: (what) => void process.stderr.write(`${what}\n`) },
  allowedOrigins: [],
  version: '0.0.0',
  assets: { exists: async () => false, read: async () => null },
  draining: () => false,
})
const { port } = await serve(http.fetch, { port: 0, hostname: '127.0.0.1', refuse: http.refuse })
const memory = memoryWatch()

function noteEnding(what: string, fields: Readonly<Record<string, unknown>> = {}): void {
  if (what !== 'a stream was ended') return
  const { code, behindMs, address } = fields
  endings.push({ code: Number(code), behindMs: Number(behindMs), address: String(address), atMs: clock.nowMs() })
}

/** Prices and what follows from them: nothing that the list is ordered by. */
function update(): void {
  const seq = board.seq + 1
  const upserts = Array.from({ length: MOVED }, (_, i) => moved(list[(seq * MOVED + i) % LIST_SIZE], seq))
  const next = applyTick(board, { seq, upserts, removes: [] })
  board = next.board
  feed.follow([board], next.changes, snapshotOf(board))
}

function moved(row: TokenRow | undefined, seq: number): TokenRow {
  if (row === undefined) throw new Error('the list is shorter than it should be')
  const priceUsd = Number(((row.priceUsd ?? 1) * (1 + (seq % 97) / 10_000)).toPrecision(9))
  return {
    ...row,
    priceUsd,
    marketCapUsd: Math.round(priceUsd * 1e7),
    volumeUsd: { ...row.volumeUsd, '5m': 10 + (seq % 89), '1h': 200 + (seq % 83) },
    transactions: { ...row.transactions, '5m': 3 + (seq % 79) },
    // When it was published: by it the readers tell how long it took.
    observedAtMs: clock.nowMs(),
  }
}

function snapshotOf({ epoch, seq }: Board): Snapshot {
  const asOfMs = clock.nowMs()
  const source = { name: 'dexscreener', ok: true, reason: null, observedAtMs: asOfMs } as const
  return { epoch, seq, asOfMs, solUsd: 125.5, solUsdObservedAtMs: asOfMs, sources: [source] }
}

/** At an even pace; what a busy machine is late with is made up for. @returns the last position */
function publish(perSecond: number, seconds: number): Promise<number> {
  const total = perSecond * seconds
  const startMs = performance.now()
  let done = 0
  return new Promise((resolve) => {
    const step = () => {
      const due = Math.min(total, Math.floor(((performance.now() - startMs) * perSecond) / 1000))
      if (done < due) {
        done += 1
        update()
      }
      if (done === total) resolve(board.seq)
      // One at a time: what came meanwhile goes first.
      else if (done < due) setImmediate(step)
      else setTimeout(step, 1)
    }
    step()
  })
}

answering({ port }, (asked) => {
  const question = asked as ServerQuestion
  if (question.op === 'memory') return memory.now()
  if (question.op === 'peak') return memory.peak()
  if (question.op === 'endings') return endings
  if (question.op === 'streams') return http.streams()
  void publish(question.perSecond, question.seconds)
  return null
})
