import { signal } from '@preact/signals'
import { announce } from './announcer.ts'
import { conflatedNotice, gapNotice, type Notice, resumedNotice } from './notices.ts'

/** What has happened to the stream of late, as one line that comes and goes. */
export class News {
  readonly notice = signal<Notice | null>(null)
  #awayMs = 0

  /** Connected again with nothing lost; how much has changed is told by `caughtUp`, if anything has. */
  resumed(awayMs: number): void {
    this.#awayMs = awayMs
    this.#show(resumedNotice(awayMs, 0, Date.now()))
  }

  caughtUp(changes: number): void {
    const notice = resumedNotice(this.#awayMs, changes, Date.now())
    this.#show(notice)
    if (notice !== null) announce(notice.text)
  }

  gap(gap: { readonly fromMs: number; readonly untilMs: number }): void {
    const notice = gapNotice(gap)
    this.#show(notice)
    announce(notice.text)
  }

  conflated(count: number): void {
    this.#show(conflatedNotice(count, Date.now()))
  }

  dismiss(): void {
    this.notice.value = null
  }

  /** Lets go of what has been shown for long enough. */
  tick(): void {
    const untilMs = this.notice.peek()?.untilMs ?? null
    if (untilMs !== null && Date.now() >= untilMs) this.dismiss()
  }

  /** A gap stays until somebody has seen it, whatever else happens. */
  #show(notice: Notice | null): void {
    const shown = this.notice.peek()
    const isUnread = shown !== null && shown.untilMs === null
    if (notice !== null && !(isUnread && notice.tone === 'neutral')) this.notice.value = notice
  }
}
