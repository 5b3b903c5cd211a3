import { type Flaw, ServiceError } from '../../domain/errors.ts'

export const BODY_BYTES_MAX = 16 * 1024
export const BODY_DEPTH_MAX = 32

/**
 * Reads a JSON body that a stranger sent, never more of it than the limit.
 * @param bytesMax for bodies that may be larger than usual
 * @throws ServiceError `unsupported_media_type`, `payload_too_large`, or `invalid_body` for anything but one JSON
 *   value in UTF-8, at most 32 deep, without repeated or `__proto__` keys (parsers disagree on what those mean).
 */
export async function readJson(request: Request, bytesMax = BODY_BYTES_MAX): Promise<unknown> {
  checkMediaType(request.headers)
  const text = decode(await readBytes(request, bytesMax))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new ServiceError('invalid_body', 'The body is not JSON.', { cause })
  }
  const flaws = structureFlaws(text)
  if (flaws.length > 0) throw new ServiceError('invalid_body', 'The body is not valid.', { flaws })
  return value
}

function checkMediaType(headers: Headers): void {
  const [mediaType = ''] = (headers.get('content-type') ?? '').split(';')
  const plain = (headers.get('content-encoding') ?? 'identity').toLowerCase() === 'identity'
  if (mediaType.trim().toLowerCase() === 'application/json' && plain) return
  throw new ServiceError('unsupported_media_type', 'The body must be application/json, not compressed.')
}

async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) throw tooLarge(bytesMax)
  if (request.body === null) return new Uint8Array(0)
  let bytes = new Uint8Array(Math.min(bytesMax, BODY_BYTES_MAX))
  let length = 0
  // Leaving the loop early cancels the stream: the rest is never read.
  for await (const chunk of request.body) {
    if (length + chunk.byteLength > bytesMax) throw tooLarge(bytesMax)
    bytes = withRoom(bytes, length + chunk.byteLength)
    bytes.set(chunk, length)
    length += chunk.byteLength
  }
  return bytes.subarray(0, length)
}

/** A small body costs a small buffer, however large it might have been. */
function withRoom(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  if (length <= bytes.byteLength) return bytes
  const larger = new Uint8Array(2 ** Math.ceil(Math.log2(length)))
  larger.set(bytes)
  return larger
}

function tooLarge(bytesMax: number): ServiceError {
  return new ServiceError('payload_too_large', `The body may have ${bytesMax} bytes.`)
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new ServiceError('invalid_body', 'The body is not UTF-8.', { cause })
  }
}

/** @param json valid JSON, so that every string is closed and every bracket paired */
function structureFlaws(json: string): Flaw[] {
  const open: (Set<string> | null)[] = []
  let text = ''
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') {
      const flaw = keyFlaw(JSON.parse(text), open.at(-1))
      if (flaw !== null) return [flaw]
    } else text = token
    if (open.length > BODY_DEPTH_MAX)
      return [{ in: 'body', path: '', message: `At most ${BODY_DEPTH_MAX} levels deep.` }]
  }
  return []
}

/** Remembers the key in `seen`. */
function keyFlaw(key: string, seen: Set<string> | null | undefined): Flaw | null {
  if (key === '__proto__') return { in: 'body', path: key, message: 'Not a key of this body.' }
  if (seen?.has(key)) return { in: 'body', path: key, message: 'May be given once only.' }
  seen?.add(key)
  return null
}
