/** CRC-32 as in zip archives, of the characters of an ASCII text. */
export function crc32(text: string): number {
  let rest = 0xffffffff
  for (let at = 0; at < text.length; at++) rest = (rest >>> 8) ^ (TABLE[(rest ^ text.charCodeAt(at)) & 0xff] ?? 0)
  return (rest ^ 0xffffffff) >>> 0
}

const POLYNOMIAL = 0xedb88320
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit++) rest = (rest & 1) === 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1
  return rest
})
