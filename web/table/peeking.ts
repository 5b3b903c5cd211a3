import { LEAVE_MS, type Peek } from '../board/peek.ts'

/** So long somebody rests at a row before its facts are shown. */
const REST_MS = 600
/** A finger that stays in one place. */
const PRESS_MS = 500
const PRESS_SLIP_PX = 10

/** Watches for a pointer that rests on a row, the keyboard that comes to one, and a finger that stays on one. */
export function followPeeking(peek: Peek, body: HTMLElement, signal: AbortSignal): void {
  followMouse(peek, body, signal)
  followFocus(peek, body, signal)
  followFinger(peek, body, signal)
  document.addEventListener('scroll', () => peek.show(null), { signal, passive: true, capture: true })
}

function followMouse(peek: Peek, body: HTMLElement, signal: AbortSignal): void {
  const moved = ({ target, pointerType, clientX: x, clientY: y, buttons }: PointerEvent) => {
    if (pointerType !== 'mouse' || buttons !== 0) return
    const id = rowAt(target)?.dataset['id']
    if (id === undefined) peek.plan(null, LEAVE_MS)
    else if (id === peek.place.peek()?.id) peek.keep()
    else peek.plan({ id, x, y }, REST_MS)
  }
  body.addEventListener('pointermove', moved, { signal, passive: true })
  body.addEventListener('pointerleave', () => peek.plan(null, LEAVE_MS), { signal })
  body.addEventListener('pointerdown', () => peek.show(null), { signal })
}

function followFocus(peek: Peek, body: HTMLElement, signal: AbortSignal): void {
  const came = ({ target }: FocusEvent) => {
    const row = rowAt(target)
    const id = row?.dataset['id']
    if (row === null || id === undefined || !(target as Element).matches(':focus-visible')) return
    const { left, bottom } = row.getBoundingClientRect()
    peek.show(null)
    peek.plan({ id, x: left + 60, y: bottom }, REST_MS)
  }
  body.addEventListener('focusin', came, { signal })
  body.addEventListener('focusout', () => peek.plan(null, LEAVE_MS), { signal })
}

function followFinger(peek: Peek, body: HTMLElement, signal: AbortSignal): void {
  let from: { readonly x: number; readonly y: number } | null = null
  let isShown = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = () => {
    clearTimeout(timer)
    from = null
  }
  const press = ({ target, pointerType, clientX: x, clientY: y }: PointerEvent) => {
    const id = rowAt(target)?.dataset['id']
    isShown = false
    if (pointerType !== 'touch' || id === undefined) return
    from = { x, y }
    timer = setTimeout(() => {
      isShown = true
      peek.show({ id, x, y })
    }, PRESS_MS)
  }
  const slip = ({ clientX: x, clientY: y }: PointerEvent) => {
    if (from !== null && Math.hypot(x - from.x, y - from.y) > PRESS_SLIP_PX) end()
  }
  /** What follows a long press is no click, and no menu of the browser. */
  const swallow = (event: Event) => {
    if (!isShown) return
    event.preventDefault()
    event.stopPropagation()
  }
  body.addEventListener('pointerdown', press, { signal })
  body.addEventListener('pointermove', slip, { signal, passive: true })
  for (const type of ['pointerup', 'pointercancel'] as const) body.addEventListener(type, end, { signal })
  for (const type of ['click', 'contextmenu'] as const) {
    body.addEventListener(type, swallow, { signal, capture: true })
  }
}

function rowAt(target: EventTarget | null): HTMLElement | null {
  return (target as Element | null)?.closest<HTMLElement>('.row') ?? null
}
