import { signal } from '@preact/signals'

export type Place = 'board' | 'team'

/** Which part of the page is shown: what stands behind the `#` of its address, where nothing is sent to anybody. */
export const place = signal<Place>(placeOf(location.hash))

export function placeOf(hash: string): Place {
  return hash === '#team' ? 'team' : 'board'
}

addEventListener('hashchange', () => {
  place.value = placeOf(location.hash)
  // The link may be in one of them, as on a phone.
  document.querySelector<HTMLElement>(':popover-open')?.hidePopover()
})
