import { describe, expect, test } from 'vitest'
import { quoted, visible } from '../../src/domain/csv.ts'

describe('text of a file that is shown', () => {
  test('has nothing in it that a terminal would obey', () => {
    expect(quoted('a\u001b[2Jb\u009b\u202e\n\u2028\ud800')).toBe(
      '"a\\u{1b}[2Jb\\u{9b}\\u{202e}\\u{a}\\u{2028}\\u{d800}"',
    )
    expect(quoted('Æther 币')).toBe('"Æther 币"')
  })

  test('is short', () => {
    expect(visible('x'.repeat(10_000_000))).toBe(`${'x'.repeat(40)}...`)
  })
})
