import { effect, signal } from '@preact/signals'

const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** What a viewer has chosen; kept in this browser only. */
export interface Settings {
  readonly theme: Theme
  /** Blue for falling, orange for rising. */
  readonly swapped: boolean
  /** Keys of a single letter do something. */
  readonly letterKeys: boolean
}

const KEY = 'tickertap.settings'
const FIRST: Settings = { theme: 'system', swapped: false, letterKeys: true }

export const settings = signal<Settings>(stored())

function stored(): Settings {
  try {
    return { ...FIRST, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') }
  } catch {
    // Storage may be forbidden, or hold what an older version wrote.
    return FIRST
  }
}

/** Keeps the document as the settings say. */
export function followSettings(): void {
  effect(() => {
    const { theme, swapped } = settings.value
    const { dataset } = document.documentElement
    if (theme === 'system') delete dataset['theme']
    else dataset['theme'] = theme
    dataset['swapped'] = String(swapped)
    try {
      localStorage.setItem(KEY, JSON.stringify(settings.value))
    } catch {
      // Then they hold for this visit.
    }
  })
}

export function nextTheme(): void {
  const next = THEMES[(THEMES.indexOf(settings.value.theme) + 1) % THEMES.length] ?? 'system'
  settings.value = { ...settings.value, theme: next }
}
