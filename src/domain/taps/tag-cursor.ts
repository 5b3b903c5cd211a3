import { isTagUid } from './tag.ts'
import type { Tag } from './tap.ts'

/** Where a walk over the tags of a team stands: behind this one. Tags stand by creation, then by uid. */
export type TagPlace = Pick<Tag, 'createdAtMs' | 'uid'>

const CURSOR = /^(-?\d{1,16})-(\d{1,19})$/

/** The place in characters that need no escaping. */
export function writeTagCursor({ createdAtMs, uid }: TagPlace): string {
  return `${createdAtMs}-${uid}`
}

/** @returns null for a text that is none */
export function readTagCursor(text: string): TagPlace | null {
  const [, createdAtMs, uid = ''] = CURSOR.exec(text) ?? []
  return isTagUid(uid) ? { createdAtMs: Number(createdAtMs), uid } : null
}

/** Whether a tag stands behind the place, which may be of one that was removed meanwhile. */
export function isBehind(tag: TagPlace, place: TagPlace): boolean {
  if (tag.createdAtMs !== place.createdAtMs) return tag.createdAtMs > place.createdAtMs
  return BigInt(tag.uid) > BigInt(place.uid)
}
