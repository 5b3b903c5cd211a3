import { pathOf, queryOf } from './target.ts'

/** For a list whose body has no room for a cursor. A path alone: whoever the client thinks it is talking to, it asks there again. */
export function nextPageHeaders(target: string, nextCursor: string | null): Record<string, string> {
  if (nextCursor === null) return {}
  const query = new URLSearchParams(queryOf(target))
  query.set('cursor', nextCursor)
  return { link: `<${pathOf(target)}?${query}>; rel="next"`, 'x-next-cursor': nextCursor }
}
