import type { Log } from '../../ports/log.ts'

/** The tokens as they go to clients; what is in them is not this server's business. */
export type TokenList = readonly unknown[]

/** Reads the list that is served now; null when there is none. Never rejects. */
export type ReadList = () => Promise<TokenList | null>

/** @param tokens a JSON array as text; null when there is no data now */
export function listReader(deps: { log: Log; tokens: () => Promise<string | null> }): ReadList {
  const { log, tokens } = deps
  let last: { readonly text: string; readonly list: TokenList } | null = null
  return async () => {
    try {
      const text = await tokens()
      if (text === null) return null
      // Several rounds may fall into the life of one board.
      if (last?.text !== text) last = { text, list: parsed(text) }
      return last.list
    } catch (error) {
      log.warn('no list for Socket.IO clients', { error })
      return null
    }
  }
}

/** @throws Error when it is not a JSON array */
function parsed(text: string): TokenList {
  const value: unknown = JSON.parse(text)
  if (!Array.isArray(value)) throw new TypeError('The list is not an array.')
  return value
}
