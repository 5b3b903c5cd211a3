export const NAME_LENGTH_MAX = 100

/** Whether a team or a key can be called so. Line breaks have no place in a list, and no store keeps half a character. */
export function isName(text: string): boolean {
  return text !== '' && text.length <= NAME_LENGTH_MAX && text.trim() === text && isPlain(text)
}

function isPlain(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)
}
