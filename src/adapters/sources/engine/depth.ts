const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b])
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d])

/**
 * Whether brackets stand within brackets more than `depthMax` deep, at any place of a JSON text in UTF-8. Looked at
 * before parsing: each level costs the parser an object, and a short text may have hundreds of thousands.
 * @param json may be broken; what brackets stand in strings does not count
 */
export function isDeeperThan(depthMax: number, json: Uint8Array): boolean {
  let depth = 0
  let isText = false
  for (let i = 0; i < json.length; i++) {
    const byte = json[i] ?? 0
    if (isText) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) isText = false
    } else if (byte === QUOTE) isText = true
    else if (OPENING.has(byte)) {
      if (++depth > depthMax) return true
    } else if (CLOSING.has(byte)) depth--
  }
  return false
}
