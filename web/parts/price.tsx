import { NOTHING } from '../format/digits.ts'
import { priceText } from '../format/price.ts'

/** A price in USD; small ones with their zeros counted. */
export function Price({ usd }: { readonly usd: number | null }) {
  const { head, zeros, tail, plain } = priceText(usd)
  if (zeros === '') return <>{head === NOTHING ? head : `$${head}`}</>
  return (
    <>
      <span class="digits" aria-hidden="true">
        ${head}
        <sub>{zeros}</sub>
        {tail}
      </span>
      <span class="unseen">${plain}</span>
    </>
  )
}
