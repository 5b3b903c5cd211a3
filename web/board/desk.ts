import { batch, computed, effect, signal } from '@preact/signals'
import {
  type ListChange,
  type ListState,
  openStream,
  type Stream,
  type StreamState,
  type TokenList,
  type TokenParams,
} from '../../clients/stream.ts'
import { BoardTable } from '../table/board-table.ts'
import { announce } from './announcer.ts'
import { connectionFact } from './connection-fact.ts'
import { News } from './news.ts'
import { Ordering } from './ordering.ts'
import { Peek } from './peek.ts'
import { sourceFacts, sourcesSentence } from './sources.ts'
import { priceAgeMs } from './status.ts'
import { type BoardView, FIRST_VIEW, paramsOf, readView, writeView } from './view.ts'

const CARDS = matchMedia('(max-width: 639px)')
/** Room for the column of small charts; elsewhere they are not asked for. */
const TRENDS = matchMedia('(min-width: 1400px)')
const STILL = matchMedia('(prefers-reduced-motion: reduce)')
const ROWS_MAX = 1_000
/** A phone shows cards, and pays for what it reads. */
const CARDS_MAX = 250
const ASK_AFTER_MS = 200
const TICK_MS = 500
const ROW_PX = 36
const CARD_PX = 68

/** Rows that wait for the next frame of the screen, or for the end of a pause. */
interface Pending {
  readonly changed: Set<string>
  isFlashing: boolean
}
const nothingPending = (): Pending => ({ changed: new Set(), isFlashing: true })

/** Everything the page shows, and what can be done to it. */
export class Desk {
  readonly view = signal<BoardView>(readView(location.search))
  /** By the service's clock as far as it is known. */
  readonly nowMs = signal(Date.now())
  readonly stream = signal<StreamState | null>(null)
  readonly news = new News()
  readonly peek = new Peek()
  readonly refusal = signal<{ readonly code: string; readonly detail: string } | null>(null)
  readonly isWaiting = signal(true)
  readonly rowCount = signal<number | null>(null)
  readonly solUsd = signal<number | null>(null)
  readonly pause = signal<{ readonly sinceMs: number; readonly changes: number } | null>(null)
  readonly ordering = new Ordering({ table: () => this.#table, newest: () => this.#newest() })
  /** Of the oldest price on the screen, milliseconds; null when there is none. */
  readonly oldestMs = signal<number | null>(null)
  readonly #downSinceMs = signal<number | null>(Date.now())
  readonly connection = computed(() => {
    const stream = this.stream.value
    const downSinceMs = this.#downSinceMs.value
    // Both by the local clock: how long ago something happened here.
    const nowMs = this.nowMs.value - (stream?.clockOffsetMs ?? 0)
    return connectionFact({ stream: stream ?? OPENING, downSinceMs, nowMs })
  })
  readonly sources = computed(() => sourceFacts(this.stream.value?.sources ?? [], this.nowMs.value))
  readonly isDimmed = computed(() => this.isWaiting.value && this.rowCount.value !== null)

  readonly #stream: Stream
  readonly #list: TokenList
  #table: BoardTable | null = null
  #pending = nothingPending()
  #frame = 0
  #isFresh = true
  #asking: ReturnType<typeof setTimeout> | undefined
  #addressing: ReturnType<typeof setTimeout> | undefined
  #params = ''

  constructor() {
    const url = `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/v1/stream`
    this.#stream = openStream({ url, onState: (state) => this.#onStream(state) })
    this.#params = JSON.stringify(this.#wanted())
    this.#list = this.#stream.tokens(this.#wanted(), (change) => this.#onChange(change))
    setInterval(() => this.tick(), TICK_MS)
    addEventListener('popstate', () => this.#follow(readView(location.search)))
    addEventListener('online', () => this.#stream.retry())
    document.addEventListener('visibilitychange', () => this.tick())
    for (const width of [CARDS, TRENDS]) width.addEventListener('change', () => this.#resized())
    effect(() => {
      const text = this.connection.value.text
      if (text !== 'Live' && text !== 'Connecting…') announce(text)
    })
    effect(() => {
      const text = sourcesSentence(this.sources.value).replace(/ [0-9]+ [smhd]\b/, '')
      if (text !== '') announce(text)
    })
  }

  /** Gives the table its place in the document. */
  mount(scroller: HTMLElement, body: HTMLElement): BoardTable {
    const table = new BoardTable({
      scroller,
      body,
      rowHeightPx: () => (CARDS.matches ? CARD_PX : ROW_PX),
      context: () => ({ view: this.view.peek(), solUsd: this.solUsd.peek(), nowMs: this.nowMs.peek() }),
      isStill: () => STILL.matches,
    })
    this.#table = table
    this.#schedule()
    return table
  }

  table(): BoardTable | null {
    return this.#table
  }

  /** Shows another view and puts it into the address; `replace` for what is still being typed. */
  show(part: Partial<BoardView>, history: 'push' | 'replace' = 'push'): void {
    const view = { ...this.view.peek(), ...part }
    const address = location.pathname + writeView(view)
    clearTimeout(this.#addressing)
    if (history === 'push') window.history.pushState(null, '', address)
    // Browsers allow only so many changes of the address in a minute.
    else this.#addressing = setTimeout(() => window.history.replaceState(null, '', address), ASK_AFTER_MS)
    this.#follow(view)
  }

  reset(): void {
    this.show({ ...FIRST_VIEW, unit: this.view.peek().unit })
  }

  /** Closes the details and goes back to their row. */
  closeToken(): void {
    const index = this.#table?.order().indexOf(this.view.peek().token) ?? -1
    this.show({ token: '' })
    if (index >= 0) this.#table?.focusRow(index)
  }

  togglePause(): void {
    const isPausing = this.pause.peek() === null
    if (isPausing) this.ordering.hold.begin('pause')
    else this.ordering.hold.end('pause', performance.now())
    this.pause.value = isPausing ? { sinceMs: Date.now(), changes: 0 } : null
    if (!isPausing) this.#pending.isFlashing = false
    announce(isPausing ? 'Paused' : 'Continued')
    this.#schedule()
  }

  /** Shows the newest order now, whatever holds it. */
  applyOrder(): void {
    if (this.pause.peek() !== null) return
    this.ordering.apply()
    announce('Order applied')
  }

  retry(): void {
    this.#stream.retry()
    this.#list.retry()
  }

  state(): ListState | null {
    return this.#list.state()
  }

  /** What time alone changes. */
  tick(): void {
    this.nowMs.value = Date.now() + (this.stream.peek()?.clockOffsetMs ?? 0)
    this.news.tick()
    this.#table?.tick(this.nowMs.peek())
    this.#measureAge()
    this.ordering.follow()
    this.ordering.tell()
  }

  #wanted(): TokenParams {
    const params = paramsOf(this.view.peek(), CARDS.matches ? CARDS_MAX : ROWS_MAX)
    return TRENDS.matches ? { ...params, include: 'spark' } : params
  }

  #follow(view: BoardView): void {
    const isRewritten = view.unit !== this.view.peek().unit
    this.view.value = view
    const params = JSON.stringify(this.#wanted())
    if (params !== this.#params) {
      this.#params = params
      clearTimeout(this.#asking)
      this.#asking = setTimeout(() => this.#ask(), ASK_AFTER_MS)
    }
    if (isRewritten) this.#table?.rewrite()
  }

  #ask(): void {
    this.#list.refilter(this.#wanted())
    this.refusal.value = null
    this.isWaiting.value = true
  }

  #resized(): void {
    this.#follow(this.view.peek())
    this.#table?.render()
  }

  #onStream(state: StreamState): void {
    batch(() => {
      this.stream.value = state
      if (state.connection === 'open') this.#downSinceMs.value = null
      else this.#downSinceMs.value ??= Date.now()
    })
  }

  #onChange(change: ListChange): void {
    if (change.kind === 'refused') this.refusal.value = { code: change.code, detail: change.detail }
    else if (change.kind === 'snapshot') this.#onSnapshot(change.state, change.gap)
    else if (change.kind === 'resumed') this.news.resumed(change.awayMs)
    else if (change.kind === 'delta') this.#onDelta(change)
  }

  #onSnapshot({ rows }: ListState, gap: { fromMs: number; untilMs: number } | null): void {
    this.#pending.isFlashing = false
    for (const { id } of rows) this.#pending.changed.add(id)
    if (gap === null) {
      this.#isFresh = true
      if (this.refusal.peek() === null) announce(`${rows.length} tokens`)
    } else this.news.gap(gap)
    this.refusal.value = null
    this.isWaiting.value = false
    this.#schedule()
  }

  #onDelta({ delta, catchUp }: Extract<ListChange, { kind: 'delta' }>): void {
    const { upsert, remove, conflated } = delta
    const changes = upsert.length + remove.length
    for (const { id } of upsert) this.#pending.changed.add(id)
    if (catchUp) {
      this.#pending.isFlashing = false
      this.news.caughtUp(changes)
    } else if (conflated !== undefined) this.news.conflated(conflated)
    const pause = this.pause.peek()
    if (pause !== null) this.pause.value = { ...pause, changes: pause.changes + changes }
    this.#schedule()
  }

  #schedule(): void {
    // While hidden there are no frames; everything waits for the return.
    this.#frame ||= requestAnimationFrame(() => this.#flush())
  }

  #flush(): void {
    this.#frame = 0
    const state = this.#list.state()
    const table = this.#table
    if (state === null || table === null || this.pause.peek() !== null) return
    const { changed, isFlashing } = this.#pending
    this.#pending = nothingPending()
    batch(() => {
      this.rowCount.value = state.rows.length
      const isRepriced = this.solUsd.peek() !== state.solUsd && this.view.peek().unit === 'sol'
      this.solUsd.value = state.solUsd
      table.apply(state, changed, isFlashing ? 'flash' : 'still')
      if (isRepriced) table.rewrite()
      if (this.#isFresh) this.#startAnew(table)
      else this.ordering.follow()
      this.#measureAge()
    })
  }

  #startAnew(table: BoardTable): void {
    this.#isFresh = false
    table.reset()
    this.ordering.apply()
  }

  #newest(): readonly string[] | null {
    if (this.isWaiting.peek()) return null
    return this.#list.state()?.rows.map(({ id }) => id) ?? null
  }

  #measureAge(): void {
    const nowMs = this.nowMs.peek()
    const ages = (this.#table?.visible() ?? []).flatMap((token) => priceAgeMs(token, nowMs) ?? [])
    this.oldestMs.value = ages.length === 0 ? null : Math.max(...ages)
  }
}

const OPENING = { connection: 'connecting', lastFrameAtMs: null, closing: null } as const
