import { NOTHING } from '../format/digits.ts'
import { priceText } from '../format/price.ts'

/** A price; small ones with their zeros counted. @param sign of another unit than USD */
export function Price({ usd, sign = '$' }: { readonly usd: number | null; readonly sign?: string }) {
  const { head, zeros, tail, plain } = priceText(usd)
  if (zeros === '') return <>{head === NOTHING ? head : `${sign}${head}`}</>
  return (
    <>
      <span class="digits" aria-hidden="true">
        {sign}
        {head}
        <sub>{zeros}</sub>
        {tail}
      </span>
      <span class="unseen">
        {sign}
        {plain}
      </span>
    </>
  )
}
