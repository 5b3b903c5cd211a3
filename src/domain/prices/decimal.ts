/**
 * Exact sum of decimal texts (`12.5`, `-3`, `1e-7`), in plain digits without trailing zeros: equal sums are equal texts,
 * however they were grouped.
 */
export function sumOfDecimals(texts: readonly string[]): string {
  const parts = texts.map(parse)
  const scale = parts.reduce((most, part) => Math.max(most, part.scale), 0)
  const sum = parts.reduce((total, part) => total + part.digits * 10n ** BigInt(scale - part.scale), 0n)
  return write(sum, scale)
}

/** `digits / 10 ** scale`; the scale is never negative. */
interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

function parse(text: string): Decimal {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = BigInt(whole + fraction)
  const scale = fraction.length - Number(exponent)
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale }
}

function write(sum: bigint, scale: number): string {
  const digits = String(sum < 0n ? -sum : sum).padStart(scale + 1, '0')
  const cut = digits.length - scale
  const whole = digits.slice(0, cut)
  const fraction = withoutTrailingZeros(digits.slice(cut))
  return `${sum < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length
  while (digits[end - 1] === '0') end -= 1
  return digits.slice(0, end)
}
