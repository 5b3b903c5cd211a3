import { signal } from '@preact/signals'

const BETWEEN_MS = 10_000

/** What a screen reader is told, politely and not often: the newest news wins. */
export const announcement = signal('')

let saidAtMs = Number.NEGATIVE_INFINITY
let timer: ReturnType<typeof setTimeout> | undefined

export function announce(text: string): void {
  clearTimeout(timer)
  const waitMs = saidAtMs + BETWEEN_MS - performance.now()
  const say = () => {
    saidAtMs = performance.now()
    announcement.value = text
  }
  if (waitMs <= 0) say()
  else timer = setTimeout(say, waitMs)
}
