import type { Frame } from './frames.ts'

/** Where the frames of one client go. Nothing here throws. */
export interface Sink {
  /** In one write where that can be. */
  send(frame: Frame): void
  /** Bytes that the reader has not taken yet. */
  bufferedBytes(): number
  /** Asks whether the other end lives; null when nobody can or need ask. */
  readonly ping: (() => void) | null
  close(code: number, reason: string): void
  /** Cuts the connection, also one that is closing. */
  terminate(): void
}
