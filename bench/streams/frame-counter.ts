/** Counts the WebSocket frames of one connection without looking into them. */
export interface FrameCounter {
  /** @returns how many frames ended in these bytes, which may be overwritten afterwards */
  take(bytes: Buffer): number
}

const NOTHING = Buffer.alloc(0)

export function frameCounter(): FrameCounter {
  let missingBytes = 0
  let isInside = false
  /** The beginning of a header that came in two pieces. */
  let cut = NOTHING
  return {
    take(bytes) {
      const buffer = cut.length === 0 ? bytes : Buffer.concat([cut, bytes])
      cut = NOTHING
      let ended = 0
      let at = 0
      for (;;) {
        if (missingBytes > buffer.length - at) {
          missingBytes -= buffer.length - at
          return ended
        }
        at += missingBytes
        missingBytes = 0
        if (isInside) ended += 1
        isInside = false
        if (at === buffer.length) return ended
        missingBytes = frameBytes(buffer, at)
        if (missingBytes === 0) {
          cut = Buffer.from(buffer.subarray(at))
          return ended
        }
        isInside = true
      }
    },
  }
}

const LENGTH_16 = 126
const LENGTH_64 = 127

/** Length of the unmasked frame that begins here, header included; 0 when its header is not whole. */
function frameBytes(buffer: Buffer, at: number): number {
  const left = buffer.length - at
  if (left < 2) return 0
  const short = (buffer[at + 1] ?? 0) & 0x7f
  if (short < LENGTH_16) return 2 + short
  if (short === LENGTH_16) return left < 4 ? 0 : 4 + buffer.readUInt16BE(at + 2)
  if (short === LENGTH_64) return left < 10 ? 0 : 10 + Number(buffer.readBigUInt64BE(at + 2))
  return 0
}
