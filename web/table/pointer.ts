import type { Desk } from '../board/desk.ts'
import type { HoldReason } from './order.ts'
import { followPeeking } from './peeking.ts'

/** Watches what people do with the table: it holds the order of the rows, and a click opens one. @returns how to stop */
export function followPointer(desk: Desk, scroller: HTMLElement, body: HTMLElement): () => void {
  const stop = new AbortController()
  const { signal } = stop
  const begin = (reason: HoldReason) => desk.ordering.hold.begin(reason)
  const end = (reason: HoldReason) => desk.ordering.hold.end(reason, performance.now())
  const render = oncePerFrame(() => desk.table()?.render())
  let scrolling: ReturnType<typeof setTimeout> | undefined
  const scrolled = () => {
    begin('scroll')
    clearTimeout(scrolling)
    scrolling = setTimeout(() => end('scroll'), SCROLL_REST_MS)
    render()
  }
  const sizes = new ResizeObserver(render)
  sizes.observe(scroller)

  scroller.addEventListener('scroll', scrolled, { signal, passive: true })
  body.addEventListener('pointerenter', () => begin('pointer'), { signal })
  body.addEventListener('pointerleave', () => end('pointer'), { signal })
  body.addEventListener('focusin', () => begin('focus'), { signal })
  body.addEventListener('focusout', () => end('focus'), { signal })
  // A row may leave the document with the focus in it, and then nobody is told.
  document.addEventListener('focusin', ({ target }) => body.contains(target as Node) || end('focus'), { signal })
  document.addEventListener('selectionchange', () => (isSelected(body) ? begin('selection') : end('selection')), {
    signal,
  })
  followPeeking(desk.peek, body, signal)
  followClicks(desk, body, { signal, begin: () => begin('press'), end: () => end('press') })
  document.addEventListener('copy', (event) => copyPlain(event, body), { signal })
  return () => {
    stop.abort()
    sizes.disconnect()
  }
}

function oncePerFrame(run: () => void): () => void {
  let isDue = false
  return () => {
    if (isDue) return
    isDue = true
    requestAnimationFrame(() => {
      isDue = false
      run()
    })
  }
}

const SCROLL_REST_MS = 150

/** A click acts on the row that was under the pointer when it went down, wherever that row is now. */
function followClicks(
  desk: Desk,
  body: HTMLElement,
  press: { readonly signal: AbortSignal; readonly begin: () => void; readonly end: () => void },
): void {
  const { signal } = press
  let pressedId: string | null = null
  body.addEventListener(
    'pointerdown',
    ({ target }) => {
      pressedId = rowId(target)
      press.begin()
    },
    { signal },
  )
  for (const type of ['pointerup', 'pointercancel'] as const) document.addEventListener(type, press.end, { signal })
  body.addEventListener(
    'click',
    (event) => {
      const id = event.detail === 0 ? rowId(event.target) : pressedId
      if (id === null || event.ctrlKey || event.metaKey || event.shiftKey || isSelected(body)) return
      event.preventDefault()
      desk.show({ token: id })
    },
    { signal },
  )
}

function rowId(target: EventTarget | null): string | null {
  return (target as Element | null)?.closest<HTMLElement>('.row')?.dataset['id'] ?? null
}

function isSelected(body: HTMLElement): boolean {
  const selection = document.getSelection()
  return selection !== null && !selection.isCollapsed && selection.containsNode(body, true)
}

/** Small digits are copied as the plain number that stands for them. */
function copyPlain(event: ClipboardEvent, body: HTMLElement): void {
  if (!isSelected(body) || event.clipboardData === null) return
  const copied = document.createElement('div')
  copied.append(document.getSelection()?.getRangeAt(0).cloneContents() ?? '')
  for (const digits of copied.querySelectorAll('.digits[aria-hidden]')) digits.remove()
  const rows = [...copied.querySelectorAll('.row')].map((row) => cells(row).join('\t'))
  event.clipboardData.setData('text/plain', rows.length > 0 ? rows.join('\n') : (copied.textContent ?? ''))
  event.preventDefault()
}

function cells(row: Element): string[] {
  return [...row.querySelectorAll('[role=cell], [role=rowheader]')].map((cell) => cell.textContent ?? '')
}
