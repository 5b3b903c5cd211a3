import { addressOf, canonicalAddress, isEvm, parseTokenId } from './identity.ts'
import type { TokenView } from './query.ts'
import type { TokenRow } from './row.ts'

type Predicate = (row: TokenRow) => boolean

/** Which rows a view holds, before any order. The number comparisons come first, the text last: it costs most. */
export function matcher(view: TokenView): Predicate {
  const { network, minLiquidityUsd } = view
  const matchesText = view.q === null ? () => true : textMatcher(view.q)
  return (row) =>
    (network === null || row.network === network) &&
    (minLiquidityUsd === null || (row.liquidityUsd !== null && row.liquidityUsd >= minLiquidityUsd)) &&
    matchesText(row)
}

/**
 * A text finds a token by its address (whole, and without case only where the network ignores case), by a part of its
 * symbol or name, or by the whole symbol of a token it trades against, as the sources' own search does: `SOL` finds
 * what is priced in SOL. `A/B` asks for both: label A traded against B.
 */
export function textMatcher(q: string): Predicate {
  const id = parseTokenId(q)
  if (id !== null) return (row) => row.id === id
  // A copycat may call itself by another token's address, so what can only be an address is held against nothing else.
  if (isAddress(q)) return (row) => isItsAddress(row, q)
  const matchesLabels = labelMatcher(q.toLowerCase())
  return (row) => matchesLabels(row) || isItsAddress(row, q)
}

function labelMatcher(text: string): Predicate {
  const [label = '', quote = ''] = text.split('/', 2).map((part) => part.trim())
  if (label !== '' && quote !== '') {
    return (row) => row.labels.text.includes(label) && row.labels.quotes.includes(quote)
  }
  return (row) => row.labels.text.includes(text) || row.labels.quotes.includes(text)
}

/** True for the two shapes that no label has; other networks' addresses may look like any text. */
function isAddress(q: string): boolean {
  return canonicalAddress('ethereum', q) !== null || canonicalAddress('solana', q) !== null
}

function isItsAddress(row: TokenRow, q: string): boolean {
  const address = addressOf(row.id)
  return address === q || (isEvm(row.network) && address === canonicalAddress(row.network, q))
}
