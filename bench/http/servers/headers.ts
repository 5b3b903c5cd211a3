/** What any JSON answer that caches may keep is sent with. */
export const ORDINARY_HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-cache',
  etag: '"abcdefghijklmnopqrstuv"',
} as const
