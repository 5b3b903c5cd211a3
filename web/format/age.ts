const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MONTH = 30 * DAY
const YEAR = 365 * DAY

/** From the largest: from how many seconds, in units of how many seconds, with which sign and word. */
const STEPS = [
  { from: YEAR, per: YEAR, sign: 'y', word: 'year' },
  { from: 2 * MONTH, per: MONTH, sign: 'mo', word: 'month' },
  { from: DAY, per: DAY, sign: 'd', word: 'day' },
  { from: HOUR, per: HOUR, sign: 'h', word: 'hour' },
  { from: MINUTE, per: MINUTE, sign: 'm', word: 'minute' },
  { from: 0, per: 1, sign: 's', word: 'second' },
] as const

/** `41s`, `3h`, `2y`: whole units, never rounded up. What lies in the future is `0s` old. */
export function ageText(ageMs: number): string {
  const { count, sign } = measured(ageMs)
  return `${count}${sign}`
}

/** `41 seconds`, for reading aloud and for sentences. */
export function ageWords(ageMs: number): string {
  const { count, word } = measured(ageMs)
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

function measured(ageMs: number) {
  const seconds = Math.max(0, Math.floor(ageMs / 1000))
  const step = STEPS.find(({ from }) => seconds >= from) ?? STEPS[STEPS.length - 1] ?? STEPS[5]
  return { count: Math.floor(seconds / step.per), sign: step.sign, word: step.word }
}

/** `0:42`, `12:05`, `1:02:33`. */
export function stopwatch(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000))
  const parts = [Math.floor(seconds / HOUR), Math.floor((seconds % HOUR) / MINUTE), seconds % MINUTE]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown.map((part, place) => (place === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}

/** `14:02:11 UTC` of a moment in ISO 8601. */
export function utcText(at: string): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`
}

/** `14:02:11` in the viewer's zone. */
export function clockText(atMs: number): string {
  return new Date(atMs).toLocaleTimeString('en-GB')
}
