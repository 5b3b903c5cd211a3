import { describe, expect, test } from 'vitest'
import { count, noTotals, reportText, totalsText } from '../../src/app/cli/import-report.ts'
import { progressBar, progressLine } from '../../src/app/cli/progress-bar.ts'

const HALF = { name: 'coin_Bitcoin.csv', readBytes: 500, totalBytes: 1000, rows: 12_345 }

describe('the line that shows how an import comes along', () => {
  test('has a bar by bytes, rows, their pace and the time left', () => {
    expect(progressLine(HALF, 4000, 200)).toBe(
      '[##########----------]  50 %  12,345 rows, 3,086 rows/s, 0:04 left  coin_Bitcoin.csv',
    )
    expect(progressLine({ ...HALF, readBytes: 10 }, 61_000, 200)).toContain(', 100:39 left')
    expect(progressLine({ ...HALF, readBytes: 1000 }, 4000, 200)).toContain('[####################] 100 %')
  })

  test('promises nothing before it can know', () => {
    expect(progressLine(HALF, 999, 200)).toBe('[##########----------]  50 %  12,345 rows  coin_Bitcoin.csv')
    expect(progressLine({ ...HALF, readBytes: 0 }, 4000, 200)).not.toContain('left')
    expect(progressLine({ ...HALF, totalBytes: 0 }, 0, 200)).toContain('100 %')
  })

  test('never wraps', () => {
    expect(progressLine(HALF, 4000, 40)).toHaveLength(39)
    expect(progressLine(HALF, 4000, 0)).toBe('')
  })

  test('is drawn again in place, ten times a second at most, and taken away', () => {
    let nowMs = 0
    const written: string[] = []
    const bar = progressBar({ write: (text) => written.push(text), columns: () => 80 }, () => nowMs)
    bar.clear()
    expect(written).toEqual([])
    for (nowMs = 0; nowMs < 1000; nowMs += 10) bar.show(HALF)
    expect(written).toHaveLength(10)
    for (const text of written) expect(text.replace('\r\u001b[K', '')).toMatch(/^\[#[^\r\n]*$/)
    bar.clear()
    bar.clear()
    expect(written.slice(10)).toEqual(['\r\u001b[K'])
  })
})

describe('the report of an import', () => {
  const counts = { inserted: 1, updated: 2, unchanged: 3 }
  const taken = { status: 'taken', name: 'a.csv', rows: 6, ...counts, notes: [] } as const
  const refused = { status: 'refused', name: 'b.csv', rows: 7, line: 2, reason: 'Open is empty' } as const
  const skipped = { status: 'skipped', name: 'read.me', reason: 'neither .csv nor .zip' } as const

  test('has a line for each file, and its notes', () => {
    expect(reportText(taken)).toBe('taken    a.csv: 6 rows, inserted 1, updated 2, unchanged 3\n')
    expect(reportText({ ...taken, notes: ['one', 'two'] })).toMatch(/\n {9}one\n {9}two\n$/)
    expect(reportText(refused)).toBe('refused  b.csv: line 2: Open is empty (rejected 7)\n')
    expect(reportText({ ...refused, line: null })).toBe('refused  b.csv: Open is empty (rejected 7)\n')
    expect(reportText(skipped)).toBe('skipped  read.me: neither .csv nor .zip\n')
  })

  test('ends with the totals', () => {
    const totals = noTotals()
    for (const report of [taken, refused, skipped, taken]) count(totals, report)
    expect(totals).toMatchObject({ taken: 2, refused: 1 })
    expect(totalsText(totals)).toBe('inserted 2, updated 4, unchanged 6, rejected 7\n')
  })
})
