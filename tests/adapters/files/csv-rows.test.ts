import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvRows } from '../../../src/adapters/files/csv-rows.ts'
import type { CsvRow } from '../../../src/domain/csv.ts'

/** What a file of these bytes gives: its rows, and how it ended. */
async function read(...chunks: readonly (string | Buffer)[]) {
  async function* bytes() {
    for (const chunk of chunks) yield Buffer.from(chunk)
  }
  const rows: CsvRow[] = []
  let readBytes = 0
  try {
    for await (const piece of csvRows(bytes())) {
      rows.push(...piece.rows)
      readBytes = piece.readBytes
    }
    return { rows, readBytes, fault: null }
  } catch (error) {
    const { name, line, message } = error as Error & { line: number | null }
    expect(name).toBe('FileRefused')
    return { rows, readBytes, fault: { line, reason: message } }
  }
}

describe('rows of a CSV file', () => {
  test('carry the line they stand on, whatever the line ends and blank lines', async () => {
    const { rows, fault } = await read('a,b\r\n1,2\n\n   \n3,4\r\n,\n5,6')
    expect(fault).toBeNull()
    expect(rows).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['1', '2'] },
      { line: 5, cells: ['3', '4'] },
      { line: 7, cells: ['5', '6'] },
    ])
  })

  test('have no blanks around their cells, and no mark of byte order', async () => {
    const { rows } = await read('\ufeff a ,\tb\n" 1 ", "2"  \n"a ""b"" , c",\u00a04\n')
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['a "b" , c', '4'],
    ])
    expect((await read('\ufeff a ,\tb\n')).rows).toEqual([{ line: 1, cells: ['a', 'b'] }])
  })

  test('are the same however the bytes are cut', async () => {
    const whole = Buffer.from('\ufeffname,n\r\n"Ünicöin, 币",1\r\n\r\nx,2\n')
    const expected = await read(whole)
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: whole.length - 1 }))
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const ends = [...places.sort((a, b) => a - b), whole.length]
        const chunks = ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end))
        expect(await read(...chunks)).toEqual(expected)
      }),
    )
  })

  test('are those of the parser where none is needed, and wherever it takes over', async () => {
    // A row of nothing with quotes: the parser has the file from there on.
    const PARSED = '""\n'
    const signs = fc.constantFrom(
      'a',
      '1',
      'é',
      '币',
      ' ',
      '\t',
      '\u00a0',
      ',',
      ',',
      '\n',
      '\n',
      '\r\n',
      '\r',
      '"',
      '""',
    )
    const texts = fc.array(signs, { maxLength: 60 }).map((some) => some.join(''))
    const pieces = fc.array(texts, { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(pieces, async (chunks) => {
        const parsed = await read(PARSED + chunks.join(''))
        const up = <T extends { line: number | null }>(found: T) => ({ ...found, line: (found.line ?? Number.NaN) - 1 })
        const { rows, fault } = await read(...chunks)
        expect({ rows, fault }).toEqual({ rows: parsed.rows.map(up), fault: parsed.fault && up(parsed.fault) })
      }),
      { numRuns: 500 },
    )
  })

  test('have the lines of the file when a quote comes late in it', async () => {
    const plain = Array.from({ length: 20_000 }, (_, n) => `${n},plain\r\n`)
    const { rows, fault } = await read(...plain, '\n"20001",quoted\n', '20002,"quo\n', 'ted"\n')
    expect(rows.at(-1)).toEqual({ line: 20_002, cells: ['20001', 'quoted'] })
    expect(rows.every(({ line, cells: [n] }) => line === Number(n) + 1)).toBe(true)
    expect(fault).toMatchObject({ line: 20_003, reason: expect.stringMatching(/several lines/) })
  })

  test('say how many bytes have been read', async () => {
    expect(await read('a,b\n1,2\n', '3,4')).toMatchObject({ readBytes: 11 })
    expect(await read('')).toEqual({ rows: [], readBytes: 0, fault: null })
  })
})

const GOOD = 'a,b\n1,2\n'
const latin1 = Buffer.from('3,caf\u00e9\n', 'latin1')
const utf16 = Buffer.from('\ufeffa,b\n', 'utf16le')

/** Each begins with two good rows, but for those that are something else altogether. */
const REFUSED: readonly (readonly [what: string, line: number | null, reason: RegExp, chunks: (string | Buffer)[]])[] =
  [
    ['gzip', null, /packed with gzip/, [Buffer.from([0x1f, 0x8b, 8, 0])]],
    ['gzip in crumbs', null, /packed with gzip/, [Buffer.from([0x1f]), Buffer.from([0x8b]), Buffer.from([8])]],
    ['a zip archive', null, /zip archive/, ['PK\u0003\u0004']],
    ['UTF-16', null, /UTF-16/, [utf16]],
    ['latin-1', 4, /not UTF-8/, [GOOD, '\n', latin1, '5,6\n']],
    ['latin-1 without a line end', 3, /not UTF-8/, [GOOD, latin1.subarray(0, -1)]],
    ['half a character at the end', 3, /not UTF-8/, [GOOD, Buffer.from('3,é').subarray(0, -1)]],
    ['a zero byte', 3, /zero byte/, [GOOD, '3,\u00004\n']],
    ['a quote that is never closed', 4, /never closed/, [GOOD, '\n"3,4\n5,6\n']],
    ['a quote that swallows lines', 3, /several lines/, [GOOD, '"3,4\n5",6\n']],
    ['a quote that swallows the file', 3, /longer than 16384 characters/, [GOOD, '"', '3,4\n'.repeat(100_000)]],
    ['a quote inside a cell', 3, /quotes/, [GOOD, '3,4"5\n']],
    ['text after a quote', 3, /quotes/, [GOOD, '"3"4,5\n']],
    ['line ends of an old Mac', 1, /several lines/, ['a,b\r1,2\r3,4\r']],
    ['carriage returns twice', 1, /several lines/, ['a,b\r\r\n1,2\r\r\n']],
    ['a cell of 10 MB', 3, /longer than 16384 characters/, [GOOD, 'x'.repeat(10_000_000)]],
    [
      '10,000 named columns',
      1,
      /longer than 16384 characters/,
      [Array.from({ length: 10_000 }, (_, n) => `c${n}`).join()],
    ],
    ['a line of commas without end', 3, /longer than 65536 bytes/, [GOOD, ...Array(100).fill(','.repeat(16_384))]],
  ]

describe('a file that is refused', () => {
  test.each(REFUSED)(
    'because of %s names the line and the reason, after the good rows',
    async (...[, line, reason, chunks]) => {
      const { rows, fault } = await read(...chunks)
      expect(fault).toEqual({ line, reason: expect.stringMatching(reason) })
      expect(rows.map(({ cells }) => cells.join())).toEqual(chunks[0] === GOOD ? ['a,b', '1,2'] : [])
    },
  )

  test('is not read beyond its fault', async () => {
    let asked = 0
    async function* endless() {
      for (;;) {
        asked += 1
        yield Buffer.alloc(64 * 1024, 'x')
      }
    }
    const drain = async () => {
      for await (const { rows } of csvRows(endless())) expect(rows).toEqual([])
    }
    await expect(drain()).rejects.toThrow('longer than')
    expect(asked).toBeLessThanOrEqual(2)
  })
})
