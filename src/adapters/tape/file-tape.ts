import { createWriteStream, fstatSync, openSync } from 'node:fs'
import type { Log } from '../../ports/log.ts'
import type { Tape } from '../../ports/tape.ts'

const NEWLINE = '\n'
/** So much may wait for a slow disk. */
const WAITING_BYTES_MAX = 64_000_000

export interface FileTapeOptions {
  readonly path: string
  /** Of the file, with what it held before. */
  readonly bytesMax: number
  readonly log: Log
}

export interface FileTape extends Tape {
  /** Settles once everything is written. */
  close(): Promise<void>
}

/**
 * A tape in a file of its own, which only its owner can read: a line of JSON each, after what the file holds already.
 * It ends, with a warning, when it is full or cannot be written: a tape with a gap would not be true.
 * @throws the error of opening the file as it is
 */
export function fileTape({ path, bytesMax, log }: FileTapeOptions): FileTape {
  const fd = openSync(path, 'a', 0o600)
  const stream = createWriteStream(path, { fd })
  let bytes = fstatSync(fd).size
  let hasEnded = false
  let isClosed = false
  const end = (reason: string) => {
    if (hasEnded) return
    hasEnded = true
    log.warn('the tape ends', { path, reason, bytes })
    stream.end()
  }
  stream.on('error', (error) => end(error.message))
  // What a killed process left of its last line is a line of its own.
  if (bytes > 0) bytes += NEWLINE.length
  if (bytes > 0) stream.write(NEWLINE)
  return {
    write(line) {
      if (hasEnded || isClosed) return
      const text = Buffer.from(`${JSON.stringify(line)}\n`)
      if (bytes + text.length > bytesMax) end('full')
      else if (stream.writableLength > WAITING_BYTES_MAX) end('the disk is too slow')
      else {
        bytes += text.length
        stream.write(text)
      }
    },
    async close() {
      isClosed = true
      await new Promise<void>((resolve) => {
        stream.once('close', resolve)
        stream.end()
        if (stream.closed) resolve()
      })
    },
  }
}
