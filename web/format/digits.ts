/**
 * The only place where numbers become digits. Formatters are costly to make, so each set of options makes one; they are
 * always those of en-US, because a page whose digits follow the viewer cannot be compared with anybody else's.
 */
const formatters = new Map<string, Intl.NumberFormat>()

export function digits(value: number, options: Intl.NumberFormatOptions): string {
  const key = JSON.stringify(options)
  let formatter = formatters.get(key)
  if (formatter === undefined) {
    formatter = new Intl.NumberFormat('en-US', options)
    formatters.set(key, formatter)
  }
  return formatter.format(value)
}

/** U+2212: as wide as a plus, and read aloud as what it is. */
export const MINUS = '−'
/** What stands for a number that nobody said. */
export const NOTHING = '—'

/** Three significant digits with K, M, B or T; `>999T` beyond. @param value not negative */
export function compact(value: number): string {
  if (value >= 999.5e12) return '>999T'
  return digits(value, { notation: 'compact', minimumSignificantDigits: 3, maximumSignificantDigits: 3 })
}
