import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { BoardUnavailable } from '../../domain/errors.ts'
import type { BoardBody } from '../../ports/broadcaster.ts'

const compressed = promisify(gzip)
const decompressed = promisify(gunzip)
const LENGTH_BYTES = 4

/**
 * A body as it lies in Redis: gzip of the lowest level, made on another thread, and kept as raw bytes. The client hands
 * bytes on as a slice of what the socket read; base64 text would be read as fast but is a third larger in Redis and on
 * the wire, and plain JSON takes five times as long to read, because it is turned into a string on the main thread.
 */
export function packed(body: string): Promise<Buffer> {
  return compressed(body, { level: 1 })
}

/** @throws BoardUnavailable for bytes that `packed` did not make: somebody else wrote under our key. */
export async function readable(bytes: Buffer): Promise<string> {
  try {
    return (await decompressed(bytes)).toString()
  } catch {
    throw new BoardUnavailable('What Redis holds for the board is not a body that this service wrote.')
  }
}

/** A board as it lies in Redis: each text packed by itself, so that none is long work, behind its length. */
export async function packedBoard(texts: BoardBody): Promise<Buffer> {
  const all: Buffer[] = []
  for (const text of texts) {
    const bytes = await packed(text)
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE(bytes.length)
    all.push(length, bytes)
  }
  return Buffer.concat(all)
}

/** @throws BoardUnavailable for bytes that `packedBoard` did not make */
export async function readableBoard(bytes: Buffer): Promise<BoardBody> {
  const texts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const from = at + LENGTH_BYTES
    at = from + (from <= bytes.length ? bytes.readUInt32BE(from - LENGTH_BYTES) : 0)
    // What is cut off, or never was a board, does not unpack.
    texts.push(await readable(bytes.subarray(from, at)))
  }
  return texts
}
