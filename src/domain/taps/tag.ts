import { TAG_UID_MAX } from './tap.ts'

const UID_MAX = String(TAG_UID_MAX)
const UID = /^[1-9][0-9]{0,18}$/
const NAME_LENGTH_MAX = 100
const URL_LENGTH_MAX = 2048
/** Nor what turns around the direction of all that follows. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u
/** Written out, without the liberties that browsers forgive: those are read differently elsewhere. */
const ADDRESS = /^https:\/\/[^\s\\/][^\s\\]*$/i
/** Its last label has a letter: no address of any internet protocol is written so. */
const NAMED_HOST = /^(?:[a-z0-9_-]+\.)+[a-z0-9-]*[a-z][a-z0-9-]*$/

/** Whether a text can be the uid of a tag: there is one way to write each. */
export function isTagUid(text: string): boolean {
  return UID.test(text) && (text.length < UID_MAX.length || text <= UID_MAX)
}

/** The name as it is kept, without blanks around it; null when it cannot be one. */
export function readTagName(text: string): string | null {
  const name = text.trim()
  return name !== '' && [...name].length <= NAME_LENGTH_MAX && !UNPRINTABLE.test(name) ? name : null
}

/**
 * Where a tap may lead, as it is kept; null when it may not lead there. People follow it without having read it, so it is
 * https, to a host with a public-looking name (nothing inside somebody's own network), and carries no password.
 */
export function readTargetUrl(text: string): string | null {
  if (text.length > URL_LENGTH_MAX || !ADDRESS.test(text) || UNPRINTABLE.test(text) || !URL.canParse(text)) return null
  const url = new URL(text)
  const isOpen = url.username === '' && url.password === ''
  // A second dot at the end is the same name for a resolver, and another one for every list of names.
  return isOpen && NAMED_HOST.test(url.hostname) && !isLocal(url.hostname) && url.href.length <= URL_LENGTH_MAX
    ? url.href
    : null
}

/** Names that mean another machine for everyone who uses them. */
function isLocal(host: string): boolean {
  return ['.localhost', '.local', '.internal', '.home.arpa', '.lan'].some((end) => host.endsWith(end))
}
