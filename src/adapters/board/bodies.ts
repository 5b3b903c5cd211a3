import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { BoardUnavailable } from '../../domain/errors.ts'
import type { BoardBody } from '../../ports/broadcaster.ts'

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

/** Lines, each packed by itself: to pack one thing after the other is what gzip calls members of a file. */
export async function packedLines(lines: BoardBody): Promise<Buffer> {
  const members = [await packed('')]
  for (const line of lines) members.push(await packed(`${line}\n`))
  return Buffer.concat(members)
}

/** @throws BoardUnavailable as below */
export async function readableLines(bytes: Buffer): Promise<BoardBody> {
  const text = await unpacked(bytes)
  const lines: string[] = []
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at)
    if (end === -1) throw notOurs()
    lines.push(text.toString('utf8', at, end))
    at = end + 1
  }
  return lines
}

/** @throws BoardUnavailable for bytes that `packed` did not make: somebody else wrote under our key. */
export async function readable(bytes: Buffer): Promise<string> {
  return (await unpacked(bytes)).toString()
}

async function unpacked(bytes: Buffer): Promise<Buffer> {
  try {
    return await decompressed(bytes)
  } catch {
    throw notOurs()
  }
}

function notOurs(): BoardUnavailable {
  return new BoardUnavailable('What Redis holds for the board is not a body that this service wrote.')
}
