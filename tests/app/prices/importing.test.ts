import { describe, expect, test } from 'vitest'
import { importCoins } from '../../../src/app/usecases/prices/importing.ts'
import { ROWS_MAX } from '../../../src/app/usecases/prices/importing-days.ts'
import { FileRefused } from '../../../src/domain/csv.ts'
import { ServiceError, StoreUnavailable } from '../../../src/domain/errors.ts'
import type { ImportFile, ImportItem, RowPiece } from '../../../src/ports/import-files.ts'
import { memoryPriceStore } from '../../support/memory-price-store.ts'

const HEADER = 'Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap'
const NOW_MS = Date.UTC(2021, 6, 10)

/** A file in memory; a piece per text, line by line. */
function fileOf(name: string, pieces: readonly string[], fault?: Error): ImportFile {
  async function* rows(): AsyncGenerator<RowPiece> {
    let line = 0
    let readBytes = 0
    for (const piece of pieces) {
      readBytes += piece.length
      const lines = piece === '' ? [] : piece.split('\n')
      yield { rows: lines.map((text) => ({ line: ++line, cells: text.split(',') })), readBytes }
    }
    if (fault !== undefined) throw fault
  }
  return { status: 'found', name, sizeBytes: pieces.join('').length, rows }
}

const bitcoin = (day: string, close = 4) => `Bitcoin,BTC,2021-07-${day},5,2,3,${close},0,9`
const DAYS = fileOf('btc', [HEADER, bitcoin('05'), `${bitcoin('06')}\n${bitcoin('07')}`])

function world() {
  const store = memoryPriceStore()
  const progress: unknown[] = []
  const stop = new AbortController()
  const run = (...items: readonly ImportItem[]) =>
    importCoins(items, {
      store: async () => store,
      clock: { nowMs: () => NOW_MS },
      signal: stop.signal,
      onProgress: (step) => progress.push(step),
    })
  const reports = async (...items: readonly ImportItem[]) => {
    const all = []
    for await (const report of run(...items)) all.push(report)
    return all
  }
  const days = async (symbol: string) => {
    const range = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
    const pieces = await store.pieces({ kind: 'coin', symbol }, '1d', range, NOW_MS, 1_000_000)
    return pieces.map(({ openTimeMs, revision }) => [(openTimeMs - Date.UTC(2021, 5, 30)) / 86_400_000, revision])
  }
  return { store, progress, stop, run, reports, days }
}

describe('an import', () => {
  test('takes what is new, and nothing the second time', async () => {
    const { reports, days } = world()
    const name = 'btc'
    const taken = { status: 'taken', name, rows: 3, updated: 0, notes: [] }
    expect(await reports(DAYS)).toEqual([{ ...taken, inserted: 3, unchanged: 0 }])
    expect(await reports(DAYS)).toEqual([{ ...taken, inserted: 0, unchanged: 3 }])
    expect(await days('BTC')).toEqual([
      [5, 1],
      [6, 1],
      [7, 1],
    ])
  })

  test('replaces what a later file says otherwise, and counts it', async () => {
    const { reports, days } = world()
    await reports(DAYS)
    const later = fileOf('later', [HEADER, `${bitcoin('07', 3)}\n${bitcoin('08')}`])
    expect(await reports(later)).toMatchObject([{ inserted: 1, updated: 1, unchanged: 0 }])
    expect(await days('BTC')).toEqual([
      [5, 1],
      [6, 1],
      [7, 2],
      [8, 1],
    ])
  })

  test('of a file with a fault takes nothing of it, and goes on with the next', async () => {
    const { reports, days } = world()
    const wrong = fileOf('eth', [
      HEADER,
      'Ether,ETH,2021-07-05,5,2,3,4,0,9',
      'Ether,ETH,2021-07-06,5,2,3,4x,0,9\n,,,',
      ',,,',
    ])
    const [first, second] = await reports(wrong, DAYS)
    const reason = 'Close "4x" is not a plain number such as 1234.5 or 1.2e-7'
    expect(first).toEqual({ status: 'refused', name: 'eth', rows: 4, line: 3, reason })
    expect(second).toMatchObject({ status: 'taken', inserted: 3 })
    expect(await days('ETH')).toEqual([])
  })

  test('tells the first of two faults', async () => {
    const { reports } = world()
    const wrong = fileOf('btc', [HEADER, bitcoin('32')], new FileRefused('this is not UTF-8 text', 9))
    expect(await reports(wrong)).toMatchObject([{ line: 2, rows: 1, reason: expect.stringContaining('no calendar') }])
    const cut = fileOf('btc', [HEADER, bitcoin('05')], new FileRefused('this is not UTF-8 text', 9))
    expect(await reports(cut)).toMatchObject([
      { status: 'refused', line: 9, rows: 1, reason: 'this is not UTF-8 text' },
    ])
  })

  test('refuses an empty file, and takes one that has only its first line', async () => {
    const { reports } = world()
    expect(await reports(fileOf('a', []), fileOf('b', ['']), fileOf('c', [HEADER]))).toMatchObject([
      { status: 'refused', reason: 'it is empty', rows: 0 },
      { status: 'refused', reason: 'it is empty', rows: 0 },
      { status: 'taken', rows: 0, inserted: 0 },
    ])
  })

  test('counts a row that repeats another as unchanged, and refuses one that contradicts another', async () => {
    const { reports } = world()
    const same = fileOf('same', [HEADER, bitcoin('05'), bitcoin('05')])
    const other = fileOf('other', [HEADER, bitcoin('06'), bitcoin('06', 3)])
    expect(await reports(same, other)).toMatchObject([
      { status: 'taken', rows: 2, inserted: 1, unchanged: 1 },
      { status: 'refused', line: 3, reason: 'BTC has this day twice, with different values' },
    ])
  })

  test('refuses a coin that has the name or symbol of one that an earlier file brought', async () => {
    const { reports } = world()
    const cash = fileOf('cash', [HEADER, 'Bitcoin,BCH,2021-07-05,5,2,3,4,0,9'])
    expect(await reports(DAYS, cash)).toMatchObject([{ status: 'taken' }, { status: 'refused', line: 2 }])
  })

  test('tells columns that mean nothing and days that have not come', async () => {
    const { reports } = world()
    const odd = fileOf('odd', [`${HEADER},Market Cap`, `${bitcoin('05')},1\n${bitcoin('11')},1`])
    expect(await reports(odd)).toMatchObject([
      { notes: ['columns that mean nothing here: Market Cap', 'rows of days that have not come yet: 1'] },
    ])
  })

  test('passes on what was not found to be a file', async () => {
    const { reports } = world()
    const items = (['skipped', 'refused'] as const).map((status) => ({ status, name: 'x', reason: 'because' }))
    expect(await reports(...items)).toEqual([
      { status: 'skipped', name: 'x', reason: 'because' },
      { status: 'refused', name: 'x', reason: 'because', rows: 0, line: null },
    ])
  })

  test('tells how far it has come over all files', async () => {
    const { reports, progress } = world()
    await reports(DAYS, fileOf('b', [HEADER]))
    const totalBytes = DAYS.sizeBytes + HEADER.length
    expect(progress.at(0)).toEqual({ name: 'btc', readBytes: HEADER.length, rows: 0, totalBytes })
    expect(progress.at(-1)).toEqual({ name: 'b', readBytes: totalBytes, rows: 3, totalBytes })
  })

  test('that is stopped takes back the file that is being read and keeps those before it', async () => {
    const { run, stop, days } = world()
    const next = fileOf('eth', [HEADER, 'Ether,ETH,2021-07-05,5,2,3,4,0,9', 'Ether,ETH,2021-07-06,5,2,3,4,0,9'])
    const stopping: ImportFile = {
      ...next,
      async *rows() {
        for await (const piece of next.rows()) {
          yield piece
          stop.abort(new Error('stopped'))
        }
      },
    }
    const reports = run(DAYS, stopping, DAYS)
    expect((await reports.next()).value).toMatchObject({ status: 'taken', inserted: 3 })
    await expect(reports.next()).rejects.toThrow('stopped')
    expect([await days('BTC'), await days('ETH')]).toEqual([
      [
        [5, 1],
        [6, 1],
        [7, 1],
      ],
      [],
    ])
  })

  test('ends when the store does, and says so', async () => {
    const { run, store } = world()
    const reports = run(DAYS, fileOf('b', [HEADER]))
    await reports.next()
    store.fail('The disk is full.')
    await expect(reports.next()).rejects.toThrow(StoreUnavailable)
  })

  test('refuses a file of which the store says that it cannot be right', async () => {
    const store = memoryPriceStore()
    const importDays = async () => {
      throw new ServiceError('invalid_body', 'The name of BTC belongs to another coin.')
    }
    const options = { clock: { nowMs: () => NOW_MS }, signal: new AbortController().signal, onProgress: () => {} }
    const reports = importCoins([DAYS], { ...options, store: async () => ({ ...store, importDays }) })
    const reason = 'The name of BTC belongs to another coin.'
    expect((await reports.next()).value).toMatchObject({ status: 'refused', line: null, reason })
  })

  test('does not remember a file without end', async () => {
    const { reports } = world()
    async function* rows(): AsyncGenerator<RowPiece> {
      yield { rows: [{ line: 1, cells: HEADER.split(',') }], readBytes: 1 }
      const cells = bitcoin('05').split(',')
      for (;;) yield { rows: Array.from({ length: 10_000 }, () => ({ line: 2, cells })), readBytes: 1 }
    }
    const endless: ImportFile = { status: 'found', name: 'endless', sizeBytes: 1, rows }
    expect(await reports(endless)).toMatchObject([
      { status: 'refused', reason: `it has more than ${ROWS_MAX} rows: split it` },
    ])
  })
})
