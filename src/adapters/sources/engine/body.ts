import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { AttemptError } from './attempt-error.ts'
import { isDeeperThan } from './depth.ts'

/** What we can undo, and so what we ask for. */
export const ACCEPT_ENCODING = 'gzip, deflate, br'

/** The sources' own bodies are less than ten deep. */
const DEPTH_MAX = 64

const DECODERS = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress }

export interface BodyLimits {
  readonly bytesMax: number
  readonly signal: AbortSignal
}

/**
 * The JSON value of a body. Bytes are counted while they arrive and again while they unpack, so a small body that
 * unpacks to gigabytes costs no more than one that is too large as it comes.
 * @param encoding the `content-encoding` header; null for none
 * @throws AttemptError `too_large` past `bytesMax`, `bad_body` for one nested too deeply, `not_json` for what does
 *   not decode or parse; whatever the stream throws when the connection or the signal ends it.
 */
export async function readJson(body: Readable, encoding: string | null, limits: BodyLimits): Promise<unknown> {
  const packed = await collect(body, limits.bytesMax)
  const plain = await unpack(packed, (encoding ?? 'identity').toLowerCase(), limits)
  if (isDeeperThan(DEPTH_MAX, plain)) throw new AttemptError('bad_body', `the body is nested over ${DEPTH_MAX} deep`)
  try {
    return JSON.parse(new TextDecoder().decode(plain)) as unknown
  } catch (cause) {
    throw new AttemptError('not_json', 'the body is not JSON', { cause })
  }
}

async function unpack(packed: Uint8Array, encoding: string, limits: BodyLimits): Promise<Uint8Array> {
  if (encoding === 'identity' || encoding === '') return packed
  const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding as keyof typeof DECODERS] : undefined
  if (decoder === undefined) throw new AttemptError('not_json', 'the body has an encoding we did not ask for')
  let plain: Uint8Array = new Uint8Array()
  try {
    const take = async (chunks: AsyncIterable<Uint8Array>) => {
      plain = await collect(chunks, limits.bytesMax)
    }
    await pipeline([packed], decoder(), take, { signal: limits.signal })
  } catch (cause) {
    if (cause instanceof AttemptError || limits.signal.aborted) throw cause
    throw new AttemptError('not_json', 'the body does not unpack', { cause })
  }
  return plain
}

async function collect(chunks: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Uint8Array> {
  const kept: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > bytesMax) throw new AttemptError('too_large', `the body is larger than ${bytesMax} bytes`)
    kept.push(chunk)
  }
  return Buffer.concat(kept)
}
