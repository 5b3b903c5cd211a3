/** What the processes of stalled.ts ask each other. Times are Unix milliseconds. */
export type ServerQuestion =
  /** Begins to publish; answered at once. */
  | { readonly op: 'publish'; readonly perSecond: number; readonly seconds: number }
  /** Now, after a garbage collection. */
  | { readonly op: 'memory' }
  /** The highest since the last such question. */
  | { readonly op: 'peak' }
  /** Streams that the service has ended. */
  | { readonly op: 'endings' }
  /** How many are open. */
  | { readonly op: 'streams' }

export interface Memory {
  readonly rssMb: number
  /** JavaScript objects. */
  readonly heapMb: number
  /** Bytes of buffers. */
  readonly buffersMb: number
}

export interface Ending {
  readonly atMs: number
  readonly code: number
  /** How long its reader had been above the cap. */
  readonly behindMs: number
  readonly address: string
}

export type CrowdQuestion =
  | { readonly op: 'join'; readonly port: number; readonly count: number }
  /** Forgets what was counted. */
  | { readonly op: 'begin' }
  /** Answered once everybody is at this position, or nothing has come for a while. */
  | { readonly op: 'end'; readonly seq: number }

export interface CrowdFigures {
  readonly readers: number
  readonly deltas: number
  readonly delayMs: { readonly p50: number; readonly p99: number; readonly max: number }
  /** Deltas that did not lead on from where their reader stood. */
  readonly lost: number
  /** Deltas over more than one update: their reader was behind. */
  readonly conflated: number
  /** Readers that do not stand at the last position. */
  readonly behind: number
  /** Connections that were lost. */
  readonly cut: number
  readonly bytesEach: number
}
