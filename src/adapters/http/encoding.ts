import { promisify } from 'node:util'
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib'

/** How a body may travel. The best one first. */
export const ENCODINGS = ['br', 'gzip', 'identity'] as const
export type Encoding = (typeof ENCODINGS)[number]

/** Below this size the headers of a compressed answer cost more than it saves. */
export const COMPRESS_FROM_BYTES = 1024

// Brotli 4 and gzip 6 take about the same time (65 us for 12 kB); brotli 11 would take over a hundred times that.
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
const GZIP = { level: 6 }

/** In this turn: right for a page of the board, made once for many requests. */
export function compress(bytes: Uint8Array, encoding: Encoding): Uint8Array {
  if (encoding === 'br') return brotliCompressSync(bytes, BROTLI)
  return encoding === 'gzip' ? gzipSync(bytes, GZIP) : bytes
}

/** On another thread: right for a file of megabytes, which would hold up every other request. */
export async function compressApart(bytes: Uint8Array): Promise<Record<'br' | 'gzip', Uint8Array>> {
  const [br, zipped] = await Promise.all([promisify(brotliCompress)(bytes, BROTLI), promisify(gzip)(bytes, GZIP)])
  return { br, gzip: zipped }
}

/** Clients send a handful of different headers: each is read once. */
const REMEMBERED_MAX = 200
const remembered = new Map<string, Encoding>()

/** The encoding to answer with. An absent header, and one that refuses everything, gets the plain body. */
export function chooseEncoding(acceptEncoding: string | null): Encoding {
  if (acceptEncoding === null) return 'identity'
  const known = remembered.get(acceptEncoding)
  if (known !== undefined) return known
  const chosen = readEncoding(acceptEncoding)
  if (remembered.size < REMEMBERED_MAX) remembered.set(acceptEncoding, chosen)
  return chosen
}

function readEncoding(acceptEncoding: string): Encoding {
  const weights = readWeights(acceptEncoding)
  const weightOf = (name: Encoding) => weights.get(name) ?? (name === 'identity' ? 0 : (weights.get('*') ?? 0))
  let best: Encoding = 'identity'
  for (const name of ENCODINGS) if (weightOf(name) > weightOf(best)) best = name
  return best
}

function readWeights(header: string): Map<string, number> {
  const weights = new Map<string, number>()
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim())
    const weight = parameters.find((text) => text.startsWith('q='))?.slice(2)
    if (name !== '') weights.set(name, weight === undefined ? 1 : Number(weight) || 0)
  }
  return weights
}
