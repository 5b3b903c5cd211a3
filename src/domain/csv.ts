/** One row of a file, the header too: its cells with the blanks around them removed. */
export interface CsvRow {
  /** Where it begins, the header being 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/**
 * A file that cannot be taken as it is, and so is not taken at all. The message is a sentence without its full stop, fit
 * for the person who has the file.
 */
export class FileRefused extends Error {
  override readonly name = 'FileRefused'
  /** The wrong line, the header being 1; null when it is not about one line. */
  readonly line: number | null

  constructor(reason: string, line: number | null = null, options: { cause?: unknown } = {}) {
    super(reason, options)
    this.line = line
  }
}

/** Controls, marks that turn the direction of text, halves of pairs: what a terminal obeys or hides instead of showing. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Foreign text for people: one line of at most so many characters, with nothing in it that a terminal would obey. */
export function visible(text: string, charactersMax = 40): string {
  const short = text.length > charactersMax ? `${text.slice(0, charactersMax)}...` : text
  return short.replace(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** The same in quotes. */
export function quoted(text: string): string {
  return `"${visible(text)}"`
}
