import { openStream, type StreamToken, type TokenParams } from '../../clients/stream.ts'

export const VIEWS: readonly TokenParams[] = [
  { sort: 'volume', limit: 20 },
  { sort: 'price_change', window: '5m', limit: 10 },
  { q: 'SOL', sort: 'liquidity', limit: 30 },
  { sort: 'transactions', window: '1h', order: 'asc', limit: 15 },
]

export type Verdict = 'same' | 'different' | 'unknown'

/** What an uncut connection saw, by position; and REST at the same positions, where both can be had. */
export interface Oracle {
  /** What the view was at a position, against what somebody has. */
  judge(view: number, epoch: string, seq: number, rows: readonly StreamToken[]): Verdict
  restCompared(): number
  restDivergences(): number
  close(): void
}

interface Seen {
  readonly seq: number
  readonly text: string
}

export function oracle(url: string): Oracle {
  const stream = openStream({ url: `${url.replace('http', 'ws')}/v1/stream` })
  const seen = VIEWS.map((): Seen[] => [])
  let epoch: string | null = null
  const tally = { compared: 0, divergences: 0 }
  const lists = VIEWS.map((params, view) => {
    const list = stream.tokens(params, () => {
      const state = list.state()
      if (state === null) return
      epoch ??= state.epoch
      if (seen[view]?.at(-1)?.seq !== state.seq) seen[view]?.push({ seq: state.seq, text: textOf(state.rows) })
      if (state.seq % 5 === view) void askRest(view)
    })
    return list
  })

  async function askRest(view: number): Promise<void> {
    const query = new URLSearchParams(Object.entries(VIEWS[view] ?? {}).map(([name, value]) => [name, `${value}`]))
    const body = (await (await fetch(`${url}/v1/tokens?${query}`)).json()) as Answer
    const state = lists[view]?.state()
    if (state === null || state === undefined || state.seq !== body.snapshot.seq) return
    tally.compared += 1
    const streamed = state.rows.map((row) => [row.id, row.price_usd, row.status, row.observed_at])
    const asked = body.data.map((row) => [row.id, row.price_usd, row.status, row.observed_at])
    if (JSON.stringify(streamed) !== JSON.stringify(asked)) tally.divergences += 1
  }

  return {
    judge(view, itsEpoch, seq, rows) {
      const states = seen[view] ?? []
      // A list may be ahead of the uncut one by a moment; then there is nothing to compare with yet.
      if (itsEpoch !== epoch || (states.at(-1)?.seq ?? 0) < seq) return 'unknown'
      const then = states.findLast((state) => state.seq <= seq)
      if (then === undefined) return 'unknown'
      return then.text === textOf(rows) ? 'same' : 'different'
    },
    restCompared: () => tally.compared,
    restDivergences: () => tally.divergences,
    close: stream.close,
  }
}

interface Answer {
  readonly snapshot: { readonly seq: number }
  readonly data: readonly StreamToken[]
}

/** Rows with their keys in one order: a merged row has them in the order of its changes. */
export function textOf(rows: readonly StreamToken[]): string {
  return JSON.stringify(rows.map((row) => Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))))
}

/** What became of one client. */
export interface Tally {
  resumed: number
  fresh: number
  compared: number
  unknown: number
  divergences: number
  silentGaps: number
}

export function emptyTally(): Tally {
  return { resumed: 0, fresh: 0, compared: 0, unknown: 0, divergences: 0, silentGaps: 0 }
}

export function count(tally: Tally, verdict: Verdict): void {
  if (verdict === 'unknown') tally.unknown += 1
  else tally.compared += 1
  if (verdict === 'different') tally.divergences += 1
}
