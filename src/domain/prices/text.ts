/** By code point: `Z` before `a`, and the same order in every language. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i += 1) {
    const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** UTF-16 has the halves of what is beyond U+FFFF before the last characters below it; here they come after. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** For comparing whatever the case. */
export function folded(text: string): string {
  return text.toLowerCase()
}
