export const NAME_LENGTH_MAX = 100

/**
 * Whether a team or a key can be called so: there is something to see, without blanks around it. Line breaks have no place
 * in a list, and no store keeps half a character.
 */
export function isName(text: string): boolean {
  return text.length <= NAME_LENGTH_MAX && text.trim() === text && isPlain(text) && nameKey(text) !== ''
}

/**
 * How names that look the same are found to be the same: full-width letters, ligatures, capitals, and what cannot be
 * seen make no difference. For comparing; a name is shown as it was written.
 */
export function nameKey(name: string): string {
  const plain = name.normalize('NFKC').replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
  return plain.toLowerCase().normalize('NFKC').trim()
}

/** What turns the direction of a text around would turn around what stands beside it too: another key's id, say. */
function isPlain(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(text)
}
