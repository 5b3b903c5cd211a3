import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../ports/clock.ts'
import type { Snapshot, TokenService } from '../../ports/service.ts'
import { COMPRESS_FROM_BYTES, compress, type Encoding } from './encoding.ts'

/** Header names (lower-case) and values, ready to be sent. */
export type HeaderRecord = Readonly<Record<string, string>>

/** One way a prepared body travels. */
export interface Variant {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Strong: other bytes have another tag, so each encoding has its own. */
  readonly etag: string
  readonly headers: HeaderRecord
  /** For a 304: those that a cache updates, none about a body that is not sent. */
  readonly notModifiedHeaders: HeaderRecord
}

/** How long a prepared answer may be served. */
export interface Validity {
  /** Null: it never changes. */
  readonly snapshot: Snapshot | null
  /** Unix milliseconds; null: as long as the snapshot stands. */
  readonly expiresAtMs: number | null
  /** Called each time it is served. */
  readonly stillWanted: () => void
}

export interface Content {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly contentType: string
  readonly headers: HeaderRecord
}

/** An answer whose bytes, tags and headers are made once and then only handed out. */
export interface Prepared {
  readonly validity: Validity
  /** Compressed on the first call for an encoding, and never again. */
  variant(encoding: Encoding): Variant
}

export const FOR_EVER: Validity = { snapshot: null, expiresAtMs: null, stillWanted: () => {} }

/** @param compressed forms that were made already */
export function prepare(
  content: Content,
  validity: Validity,
  compressed: { readonly [E in Encoding]?: Uint8Array } = {},
): Prepared {
  const variants: { [E in Encoding]?: Variant } = {}
  const small = content.bytes.byteLength < COMPRESS_FROM_BYTES
  return {
    validity,
    variant(asked) {
      const encoding = small ? 'identity' : asked
      variants[encoding] ??= variantOf(content, encoding, compressed[encoding] ?? compress(content.bytes, encoding))
      return variants[encoding]
    },
  }
}

function variantOf(content: Content, encoding: Encoding, body: Uint8Array): Variant {
  const bytes = encoding === 'identity' ? content.bytes : new Uint8Array(body)
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  const notModifiedHeaders = { ...content.headers, etag }
  const headers: Record<string, string> = {
    'content-type': content.contentType,
    'content-length': String(bytes.byteLength),
    ...notModifiedHeaders,
  }
  if (encoding !== 'identity') headers['content-encoding'] = encoding
  return { bytes, etag, headers, notModifiedHeaders }
}

const KEPT_MAX = 2000
const KEPT_BYTES_MAX = 64 * 1024 * 1024

/** Prepared answers by request target (path and query as sent), bounded in number and bytes. */
export interface PreparedAnswers {
  /** The answer that may be sent for this target now, or null. No parsing, no waiting. */
  fresh(target: string): Prepared | null
  /** Builds and keeps one; concurrent calls for a target share one build. A failed build is kept by nobody. */
  make(target: string, build: () => Prepared | Promise<Prepared>): Prepared | Promise<Prepared>
}

export function preparedAnswers(deps: { service: TokenService; clock: Clock }): PreparedAnswers {
  const { service, clock } = deps
  const building = new Map<string, Promise<Prepared>>()
  const kept = new LRUCache<string, Kept>({
    max: KEPT_MAX,
    maxSize: KEPT_BYTES_MAX,
    sizeCalculation: (k) => k.sizeBytes,
  })
  const keep = (target: string, prepared: Prepared): Prepared => {
    // Twice the plain body covers it with its two compressed forms.
    const sizeBytes = 2 * (target.length + prepared.variant('identity').bytes.byteLength)
    kept.set(target, { prepared, sizeBytes })
    return prepared
  }
  return {
    fresh(target) {
      const prepared = kept.get(target)?.prepared
      if (prepared === undefined) return null
      const { snapshot, expiresAtMs, stillWanted } = prepared.validity
      if (snapshot !== null && snapshot !== service.head()) return null
      if (expiresAtMs !== null && clock.nowMs() >= expiresAtMs) return null
      stillWanted()
      return prepared
    },
    make(target, build) {
      const running = building.get(target)
      if (running !== undefined) return running
      const built = build()
      if (!(built instanceof Promise)) return keep(target, built)
      const shared = built.then((prepared) => keep(target, prepared)).finally(() => building.delete(target))
      building.set(target, shared)
      return shared
    },
  }
}

interface Kept {
  readonly prepared: Prepared
  readonly sizeBytes: number
}
