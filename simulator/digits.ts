/** A decimal without exponent, to so many significant digits, trailing zeros kept: `"0.00001230"`. */
export function significant(value: number, digits: number): string {
  if (value === 0) return '0'
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1
  return value.toFixed(Math.min(100, Math.max(0, digits - whole)))
}

/** Every digit that the double holds, without exponent: usually 50 to 80 characters. It reads back to the same double. */
export function everyDigit(value: number): string {
  return value.toFixed(100).replace(/\.?0+$/, '')
}

/** Rounded to so many decimals. */
export function rounded(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals
}
