import { expect, test } from 'vitest'
import { readText } from '../support/checkout.ts'

const ENOUGH_FOR_TEXT = 4.5
const ENOUGH_FOR_BORDERS = 3
const tokens = new Map(
  [...readText('web/styles/tokens.css').matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }],
  ),
)

/** Text, and what it stands on. */
const PAIRS = [
  ...['text', 'muted', 'accent', 'blue', 'orange', 'warn', 'bad', 'ok'].flatMap((name) =>
    ['bg', 'surface', 'raised'].map((ground) => [name, ground] as const),
  ),
  ['blue', 'blue-flash'],
  ['orange', 'orange-flash'],
  ['warn', 'warn-bg'],
  ['bad', 'bad-bg'],
] as const

test.each(PAIRS)('%s can be read on %s, light and dark', (name, ground) => {
  for (const theme of ['light', 'dark'] as const) {
    expect(contrast(name, ground, theme), theme).toBeGreaterThanOrEqual(ENOUGH_FOR_TEXT)
  }
})

test.each(['bg', 'surface', 'raised'])('the border of a control can be seen on %s', (ground) => {
  for (const theme of ['light', 'dark'] as const) {
    expect(contrast('control', ground, theme), theme).toBeGreaterThanOrEqual(ENOUGH_FOR_BORDERS)
  }
})

/** As WCAG 2.2 defines it. */
function contrast(name: string, ground: string, theme: 'light' | 'dark'): number {
  const [one, other] = [name, ground].map((token) => luminance(tokens.get(token)?.[theme] ?? ''))
  return (Math.max(one ?? 0, other ?? 0) + 0.05) / (Math.min(one ?? 0, other ?? 0) + 0.05)
}

function luminance(colour: string): number {
  const parts = colour.match(/\w\w/g)
  if (parts === null) throw new Error('There is no such colour.')
  const [r = 0, g = 0, b = 0] = parts.map((part) => {
    const share = Number.parseInt(part, 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
