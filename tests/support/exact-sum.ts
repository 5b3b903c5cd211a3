/** Sum of doubles as they are written, `0.1` as one tenth, without rounding; in plain decimal digits. */
export function exactSum(values: readonly number[]): string {
  const parts = values.map(decimalOf)
  const scale = Math.max(0, ...parts.map((part) => part.scale))
  const sum = parts.reduce((total, part) => total + part.digits * 10n ** BigInt(scale - part.scale), 0n)
  return textOf(sum, scale)
}

/** `digits / 10 ** scale` */
function decimalOf(value: number): { readonly digits: bigint; readonly scale: number } {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const scale = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale }
}

function textOf(sum: bigint, scale: number): string {
  const digits = String(sum < 0n ? -sum : sum).padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '')
  return (sum < 0n ? '-' : '') + whole + (fraction === '' ? '' : `.${fraction}`)
}
