const SYMBOL_LENGTH_MAX = 64
const NAME_LENGTH_MAX = 128

/**
 * Control characters and line separators break logs and tables; direction marks and overrides let a name show as
 * another one ("CDSU" as "USDC").
 */
const UNFIT = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu

/** A stranger's label made fit to show; null when nothing is left. It stays a label: it identifies nobody. */
function label(text: string | null, lengthMax: number): string | null {
  if (text === null) return null
  const clean = text
    .slice(0, lengthMax * 8)
    .toWellFormed()
    .replace(UNFIT, '')
    .trim()
  // By code points, so that an emoji is not cut in half.
  const short = Array.from(clean).slice(0, lengthMax).join('').trim()
  return short === '' ? null : short
}

/** At most 64 characters. */
export function symbolLabel(text: string | null): string | null {
  return label(text, SYMBOL_LENGTH_MAX)
}

/** At most 128 characters. */
export function nameLabel(text: string | null): string | null {
  return label(text, NAME_LENGTH_MAX)
}
