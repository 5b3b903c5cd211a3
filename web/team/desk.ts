import { signal } from '@preact/signals'
import { askWithKey, isRefusal, type Question, type Refusal } from './asking.ts'
import type { Attention } from './attention-words.ts'
import type { Bucket } from './bars.ts'
import { Live } from './live.ts'
import type { Quota } from './quota.ts'
import { changed, firstWish, type Interval, queryOf, type Wish } from './wish.ts'

/** What the page reads of `GET /v1/me`. */
export interface Me {
  readonly team: { readonly name: string }
  readonly key: { readonly name: string | null; readonly prefix: string; readonly ending: string }
  readonly quota: { readonly limit: number; readonly left: number; readonly more_in_seconds: number }
}

export interface Tag {
  readonly uid: string
  readonly name: string | null
  readonly token_id: string | null
}

/** What the page reads of `GET /v1/tags`. */
interface TagPage {
  readonly data: readonly Tag[]
  readonly next_cursor: string | null
}

/** What the page reads of `GET /v1/taps/analytics`. */
export interface Counts {
  readonly data: readonly Bucket[]
  readonly total: number
  readonly interval: Interval
  readonly tz: string
  readonly tags?: readonly { readonly tag: string; readonly total: number }[]
}

const ASK_AFTER_MS = 600

/** What the team's part of the page shows, and what can be done there. The key is here, and nowhere else. */
export class TeamDesk {
  readonly nowMs = signal(Date.now())
  readonly isAsking = signal(false)
  readonly me = signal<Me | null>(null)
  readonly tags = signal<readonly Tag[]>([])
  readonly quota = signal<Quota | null>(null)
  readonly wish = signal<Wish>(firstWish(Date.now(), 'UTC'))
  readonly counts = signal<Counts | null>(null)
  readonly attention = signal<Attention | null>(null)
  /** Why what was asked last is not there. */
  readonly refusal = signal<Refusal | null>(null)
  readonly live = new Live()
  #key = ''
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Takes a key into use; what it may not do is told by the service. */
  async enter(key: string): Promise<void> {
    this.forget()
    this.#key = key
    const me = await this.#ask<Me>({ path: '/v1/me' })
    if (me === null) return this.#drop(key)
    const { limit, left, more_in_seconds } = me.quota
    this.quota.value = { limit, left, moreAtMs: Date.now() + 1000 * more_in_seconds }
    this.me.value = me
    this.live.open(key)
    await this.#askTags()
  }

  /** Page by page; a key that is forgotten meanwhile ends it. */
  async #askTags(): Promise<void> {
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: TagPage | null = await this.#ask<TagPage>({ path: `/v1/tags${cursor && `?cursor=${cursor}`}` })
      if (page === null) return
      this.tags.value = [...this.tags.peek(), ...page.data]
      cursor = page.next_cursor
    }
  }

  forget(): void {
    this.#key = ''
    clearTimeout(this.#timer)
    this.live.close()
    this.me.value = null
    this.tags.value = []
    this.quota.value = null
    this.counts.value = null
    this.attention.value = null
    this.refusal.value = null
    this.isAsking.value = false
  }

  /** What is shown follows a little later, as somebody may change more than one thing. */
  choose(part: Partial<Wish>): void {
    this.wish.value = changed(this.wish.peek(), part)
    this.attention.value = null
    clearTimeout(this.#timer)
    if (this.counts.peek() !== null) this.#timer = setTimeout(() => void this.show(), ASK_AFTER_MS)
  }

  /** Takes one query. */
  async show(): Promise<void> {
    clearTimeout(this.#timer)
    const query = queryOf(this.wish.peek(), Date.now())
    if (!query.has('tag')) query.set('group_by', 'tag')
    const counts = await this.#ask<Counts>({ path: `/v1/taps/analytics?${query}` })
    if (counts !== null) this.counts.value = counts
  }

  /** Takes one query. @param subject `tag=…` or `token=…` */
  async compare(subject: string): Promise<void> {
    const query = queryOf(this.wish.peek(), Date.now())
    query.delete('tag')
    const found = await this.#ask<Attention>({ path: `/v1/attention?${subject}&${query}` })
    if (found !== null) this.attention.value = found
  }

  /** Takes one query. @returns the file; null when it was refused */
  async csv(): Promise<Blob | null> {
    const query = queryOf(this.wish.peek(), Date.now())
    query.set('format', 'csv')
    const text = await this.#ask<string>({ path: `/v1/taps/analytics?${query}`, as: 'text' })
    return text === null ? null : new Blob([text], { type: 'text/csv' })
  }

  /** What time alone changes. */
  tick(): void {
    this.nowMs.value = Date.now()
    this.live.tick(Date.now())
  }

  async #ask<T>(question: Omit<Question, 'key'>): Promise<T | null> {
    const key = this.#key
    this.isAsking.value = true
    const { body, quota } = await askWithKey<T>({ ...question, key })
    // It was asked with a key that is forgotten by now.
    if (key !== this.#key) return null
    this.isAsking.value = false
    this.nowMs.value = Date.now()
    if (quota !== null) this.quota.value = quota
    this.refusal.value = isRefusal(body) ? body : null
    if (!isRefusal(body)) return body
    if (body.status === 401) this.#drop(key)
    return null
  }

  /** A key that is refused is not kept; why stays to be read. */
  #drop(key: string): void {
    if (key !== this.#key) return
    const why = this.refusal.peek()
    this.forget()
    this.refusal.value = why
  }
}
