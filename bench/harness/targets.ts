/** What a figure should be. */
export interface Target {
  readonly what: string
  readonly unit: 'times' | 'ms' | 'calls' | 'KB'
  readonly atLeast: number
  readonly want: number
  readonly better: 'more' | 'less'
}

/** What the project asks of itself. Ratios of CPU are "baseline's microseconds by ours": more is better. */
export const TARGETS = {
  bare: { what: 'bare cached GET vs raw node:http, CPU', unit: 'times', atLeast: 0.88, want: 0.95, better: 'more' },
  production: { what: 'full path vs raw node:http, CPU', unit: 'times', atLeast: 0.7, want: 0.8, better: 'more' },
  peerCpu: { what: 'full path vs Express + Redis, CPU', unit: 'times', atLeast: 4.5, want: 6, better: 'more' },
  peerRate: { what: 'full path vs Express + Redis, req/s', unit: 'times', atLeast: 2.7, want: 4, better: 'more' },
  notModified: { what: '304 vs 200 on the full path, CPU', unit: 'times', atLeast: 1, want: 1.3, better: 'more' },
  bun: { what: 'full path on Bun vs raw node:http, CPU', unit: 'times', atLeast: 1.2, want: 1.4, better: 'more' },
  tick: { what: 'tick on 10,000 tokens, 500 changed, CPU', unit: 'ms', atLeast: 10, want: 3, better: 'less' },
  upstream: { what: 'calls per source for 1,000 cold requests', unit: 'calls', atLeast: 1, want: 1, better: 'less' },
  fanOut: { what: "fan-out vs Node's own limit, CPU", unit: 'times', atLeast: 0.88, want: 0.95, better: 'more' },
  fanOutPeer: {
    what: 'fan-out vs socket.io, same message, CPU',
    unit: 'times',
    atLeast: 1.4,
    want: 1.8,
    better: 'more',
  },
  bursts: { what: 'fan-out in bursts vs socket.io, CPU', unit: 'times', atLeast: 3.5, want: 4.5, better: 'more' },
  updateBytes: { what: 'one update vs the full list, bytes', unit: 'times', atLeast: 30, want: 36, better: 'more' },
  updateCpu: { what: 'one update vs the full list, CPU', unit: 'times', atLeast: 1.8, want: 2.3, better: 'more' },
  sliced: { what: 'REST p99 while pushing, sliced vs not', unit: 'times', atLeast: 0.33, want: 0.25, better: 'less' },
  dashboard: { what: 'dashboard vs 31 rows for each coin', unit: 'times', atLeast: 10, want: 14, better: 'more' },
  tapQuestions: { what: 'taps: random questions, p99', unit: 'ms', atLeast: 10, want: 7, better: 'less' },
  tapMonths: { what: 'taps: 3 years by month vs the rows', unit: 'times', atLeast: 25, want: 90, better: 'more' },
  tapMonthsMany: { what: 'taps: 3 years by month vs the rows', unit: 'times', atLeast: 100, want: 160, better: 'more' },
  tapIngest: { what: 'taps: time of writing vs rows and ids', unit: 'times', atLeast: 1.2, want: 1.1, better: 'less' },
  tapIngestEmbedded: {
    what: 'taps: time of writing vs rows and ids',
    unit: 'times',
    atLeast: 4.5,
    want: 1.2,
    better: 'less',
  },
  tapWriters: { what: 'taps: 8 writing, rate vs rows and ids', unit: 'times', atLeast: 0.8, want: 0.9, better: 'more' },
  memory: { what: 'memory of an idle stream', unit: 'KB', atLeast: 31, want: 14, better: 'less' },
} as const satisfies Record<string, Target>

/** A figure held against its target. */
export interface Judged extends Target {
  readonly measured: number
  /** `short` of what is asked at least, `met`, or `want met`. NaN is short. */
  readonly verdict: 'short' | 'met' | 'want met'
}

export function judge(target: Target, measured: number): Judged {
  const reaches = (mark: number) => (target.better === 'more' ? measured >= mark : measured <= mark)
  const met = reaches(target.want) ? 'want met' : 'met'
  return { ...target, measured, verdict: reaches(target.atLeast) ? met : 'short' }
}
