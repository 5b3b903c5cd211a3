export const NAME_LENGTH_MAX = 100

/** Whether a team or a key can be called so. Line breaks have no place in a list, and no store keeps half a character. */
export function isName(text: string): boolean {
  return text !== '' && text.length <= NAME_LENGTH_MAX && text.trim() === text && isPlain(text)
}

/** What turns the direction of a text around would turn around what stands beside it too: another key's id, say. */
function isPlain(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(text)
}
