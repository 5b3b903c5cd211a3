/** Where a walk over pages stands: on which board, how far, and through which view. */
export interface Cursor {
  readonly epoch: string
  readonly seq: number
  /** Rows already given. */
  readonly offset: number
  /** Everything that shaped the first page, as a text; equal for equal requests. */
  readonly scope: string
}

const SHAPE = /^([0-9]{1,20})-([0-9]{1,15})-([0-9]{1,9})-([0-9a-z]{1,13})$/

/** A short opaque text; the scope goes in as a checksum, enough to notice a cursor used with other parameters. */
export function writeCursor({ epoch, seq, offset, scope }: Cursor): string {
  return `${epoch}-${seq}-${offset}-${checksum(scope)}`
}

/** @returns null when the text is no cursor of ours. */
export function readCursor(text: string): (Omit<Cursor, 'scope'> & { readonly scopeSum: string }) | null {
  const parts = SHAPE.exec(text)
  if (parts === null) return null
  const [, epoch = '', seq = '', offset = '', scopeSum = ''] = parts
  return { epoch, seq: Number(seq), offset: Number(offset), scopeSum }
}

export function isScope(scopeSum: string, scope: string): boolean {
  return scopeSum === checksum(scope)
}

/** FNV-1a over UTF-16 units, 32 bits, base 36. */
function checksum(text: string): string {
  let sum = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193)
  return (sum >>> 0).toString(36)
}
