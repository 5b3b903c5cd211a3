/**
 * Whether `If-None-Match` names this tag. Comparison is weak, as RFC 9110 asks of this header: a cache that marked our
 * strong tag with `W/` still holds the same bytes.
 */
export function noneMatch(header: string, etag: string): boolean {
  if (header === etag) return true
  if (header === '*') return true
  return header.split(',').some((tag) => bare(tag.trim()) === etag)
}

function bare(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag
}
