import { describe, expect, test } from 'vitest'
import { countRows, eventText, isFailure, noRows } from '../../src/app/cli/import-taps-report.ts'
import { stepBars } from '../../src/app/cli/step-bars.ts'
import type { TapImportEvent } from '../../src/app/compose-cli.ts'

const taken = {
  of: 'taps',
  kind: 'file',
  status: 'taken',
  name: 'a.csv',
  inserted: 3,
  unchanged: 2,
  rejected: 1,
  untold: 0,
  ignored: [],
} as const satisfies TapImportEvent
const refused = {
  of: 'tags',
  kind: 'file',
  status: 'refused',
  name: 'b.csv',
  line: 7,
  reason: 'a zero byte',
  rows: 9,
} as const satisfies TapImportEvent
const skipped = { of: 'tags', kind: 'file', status: 'skipped', name: 'c.txt', reason: 'not .csv' } as const
const rows = { of: 'taps', kind: 'rows', inserted: 3, unchanged: 2, rejected: 1 } as const

describe('what is told of an import of taps', () => {
  test('has a line for each key, rejected row and file', () => {
    expect(eventText({ of: 'tags', kind: 'key', teamId: 3, secret: 'ttap_live_x' })).toBe('team 3: ttap_live_x\n')
    expect(eventText({ of: 'taps', kind: 'rejected', name: 'a.csv', line: 4, reason: 'id is empty' })).toBe(
      'rejected a.csv: line 4: id is empty\n',
    )
    expect(eventText(taken)).toBe('taken    a.csv: 6 rows, inserted 3, unchanged 2, rejected 1\n')
    expect(eventText({ ...taken, untold: 5, ignored: ['note'] })).toMatch(/ {9}.*: 5\n {9}.*: note\n$/)
    expect(eventText(refused)).toBe('refused  b.csv: line 7: a zero byte (rejected 9)\n')
    expect(eventText(skipped)).toBe('skipped  c.txt: not .csv\n')
    expect(eventText(rows)).toBe('')
  })

  test('counts rows once, and those of a refused file as rejected', () => {
    const sum = noRows()
    for (const event of [rows, taken, refused, skipped]) countRows(sum, event)
    expect(sum).toEqual({ inserted: 3, unchanged: 2, rejected: 10 })
  })

  test('is a failure when nothing of a file was taken although it has something', () => {
    expect([taken, refused, skipped, rows].map(isFailure)).toEqual([false, true, false, false])
    expect(isFailure({ ...taken, inserted: 0, unchanged: 0 })).toBe(true)
    expect(isFailure({ ...taken, inserted: 0, unchanged: 0, rejected: 0 })).toBe(false)
  })
})

test('each step on each file has a bar of its own, whose pace begins with it', () => {
  let nowMs = 0
  const written: string[] = []
  const bars = stepBars({ write: (text) => written.push(text), columns: () => 200 }, () => nowMs)
  const progress = { name: 'a.csv', readBytes: 50, totalBytes: 100, rows: 1_000 }
  bars.show({ ...progress, step: 'check' })
  nowMs = 10_000
  bars.show({ ...progress, step: 'import' })
  expect(written.at(-1)).toMatch(/1,000 rows {2}import a\.csv$/)
  nowMs = 12_000
  bars.show({ ...progress, step: 'import' })
  expect(written.at(-1)).toContain('500 rows/s, 0:02 left')
  bars.clear()
  expect(written.at(-1)).toBe('\r\u001b[K')
})
