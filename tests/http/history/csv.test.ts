import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csv } from '../../../src/adapters/http/bodies/csv.ts'

describe('CSV', () => {
  test('is read back as it was by another reader, formulas with an apostrophe before them', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'=+-@\t\r\n "\',a1') }))
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 3, maxLength: 3 }), { minLength: 1 }), (rows) => {
        const read = parse(csv(['a', 'b', 'c'], rows), { from_line: 2, record_delimiter: '\r\n' }) as string[][]
        expect(read.map((row) => row.map((cell, i) => [cell, i]).length)).toEqual(rows.map(() => 3))
        read.flat().forEach((cell, i) => {
          const written = rows.flat()[i] ?? ''
          expect([written, `'${written}`]).toContain(cell)
          expect(cell).not.toMatch(/^[\s"]*[=+\-@]|^[\t\r]/)
        })
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    [-1.5, '-1.5'],
    [1e-7, '1e-7'],
    [0, '0'],
    [null, ''],
    [true, 'true'],
    ['plain', 'plain'],
    ['-1', "'-1"],
    ['=SUM(A1)', "'=SUM(A1)"],
    ['+1', "'+1"],
    ['@x', "'@x"],
    [' =1', "' =1"],
    ['"=1"', `"'""=1"""`],
    ["'=1", "''=1"],
    ['\t1', "'\t1"],
    ['\r1', `"'\r1"`],
    ['a,b', '"a,b"'],
    ['a=b', 'a=b'],
  ])('writes %j as %s', (cell, text) => {
    expect(csv(['x'], [[cell]])).toBe(`x\r\n${text}\r\n`)
  })
})
