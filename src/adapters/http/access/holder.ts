import type { Holder } from '../../../domain/access/team.ts'
import type { Exchange } from '../exchange.ts'

/**
 * Whose key opened this operation, for handlers of operations that declare `security: withKey(…)`.
 * @throws Error when the operation declares something else: a mistake of ours, which answers 500 and shows nothing
 */
export function holderOf(c: { readonly env: { readonly exchange: Exchange } }): Holder {
  const { holder } = c.env.exchange
  if (holder === undefined) throw new Error('An operation asks for the holder of a key and does not declare one.')
  return holder
}
