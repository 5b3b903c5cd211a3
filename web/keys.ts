import type { Desk } from './board/desk.ts'
import { settings } from './board/settings.ts'
import { WINDOWS } from './board/view.ts'
import { place } from './team/place.ts'

/** Every key that does something, for the list that `?` opens. */
export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['/', 'search'],
  ['j k ↑ ↓', 'next or previous row'],
  ['Home End PgUp PgDn', 'far rows'],
  ['Enter', 'open the row'],
  ['Esc', 'close, or clear the search'],
  ['p', 'pause or go on'],
  ['r', 'apply the newest order'],
  ['u', 'USD or SOL'],
  ['1 – 5', 'window'],
  ['s', 'sort'],
  ['?', 'this list'],
]

type Action = (desk: Desk) => void

const ROW_KEYS: Readonly<Record<string, Action>> = {
  ArrowDown: (desk) => step(desk, 1),
  ArrowUp: (desk) => step(desk, -1),
  PageDown: (desk) => step(desk, desk.table()?.rowsPerScreen() ?? 1),
  PageUp: (desk) => step(desk, -(desk.table()?.rowsPerScreen() ?? 1)),
  Home: (desk) => desk.table()?.focusRow(0),
  End: (desk) => desk.table()?.focusRow(Number.MAX_SAFE_INTEGER),
  Escape: goBack,
}
const LETTER_KEYS: Readonly<Record<string, Action>> = {
  '/': () => focusOn('search'),
  j: (desk) => step(desk, 1),
  k: (desk) => step(desk, -1),
  p: (desk) => desk.togglePause(),
  r: (desk) => desk.applyOrder(),
  u: (desk) => desk.show({ unit: desk.view.peek().unit === 'usd' ? 'sol' : 'usd' }, 'replace'),
  s: () => focusOn('sort'),
  '?': () => document.getElementById('keys')?.togglePopover(),
}

/** Listens for keys anywhere on the page but in fields. */
export function followKeys(desk: Desk): void {
  document.addEventListener('keydown', (event) => {
    if (place.peek() !== 'board') return
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (event.key !== 'Escape' && isField(event.target)) return
    const action = ROW_KEYS[event.key] ?? (settings.peek().letterKeys ? letterAction(event.key) : undefined)
    if (action === undefined) return
    event.preventDefault()
    action(desk)
  })
}

function letterAction(key: string): Action | undefined {
  const window = WINDOWS[Number(key) - 1]
  return window === undefined ? LETTER_KEYS[key] : (desk) => desk.show({ window })
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement
}

function step(desk: Desk, by: number): void {
  const table = desk.table()
  if (table === null) return
  const from = table.activeIndex()
  table.focusRow(from < 0 ? table.firstVisibleIndex() : from + by)
}

function goBack(desk: Desk): void {
  const { token, q } = desk.view.peek()
  const panel = document.querySelector<HTMLElement>(':popover-open')
  if (panel !== null) panel.hidePopover()
  else if (token !== '') desk.closeToken()
  else if (q !== '') desk.show({ q: '' })
  else (document.activeElement as HTMLElement | null)?.blur()
}

function focusOn(id: string): void {
  document.getElementById(id)?.focus()
}
