import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { BoardUnavailable } from '../../domain/errors.ts'

const compressed = promisify(gzip)
const decompressed = promisify(gunzip)

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
