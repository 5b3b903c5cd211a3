import { type CsvRow, FileRefused } from '../../../domain/csv.ts'
import type { Coin } from '../../../domain/prices/coin.ts'
import { knownCoins } from '../../../domain/prices/daily-coins.ts'
import { type DailyRecord, readRecord } from '../../../domain/prices/daily-csv.ts'
import { type DailyHeader, readHeader } from '../../../domain/prices/daily-header.ts'
import { dailyRepeats } from '../../../domain/prices/daily-repeats.ts'
import type { ImportFile } from '../../../ports/import-files.ts'

/** What was said is remembered while a file is read, so a file cannot be endless. */
export const ROWS_MAX = 1_000_000

/** What is known of a file while and after it is read. */
export interface Tally {
  /** Without the header; of a refused file, all that can be read as rows. */
  rows: number
  /** Rows that say again, word for word, what the file has said before. They are not handed on. */
  repeats: number
  /** Rows of days that had not begun. */
  comingDays: number
  ignoredColumns: readonly string[]
}

export interface ReadingOptions {
  /** The coins of the store. */
  readonly coins: readonly Coin[]
  readonly nowMs: number
  /** Called after each piece. What it throws ends the reading and is thrown. */
  readonly onRead: (readBytes: number) => void
}

/**
 * The records of one file, in pieces. A file with a fault is still read to its end, so that all its rows are counted.
 * @throws FileRefused for the first fault
 */
export async function* dailyRecords(
  file: ImportFile,
  tally: Tally,
  options: ReadingOptions,
): AsyncGenerator<readonly DailyRecord[]> {
  const reader = recordReader(tally, options)
  try {
    for await (const { rows, readBytes } of file.rows()) {
      const records = reader.read(rows)
      options.onRead(readBytes)
      if (records.length > 0) yield records
    }
  } catch (error) {
    throw error instanceof FileRefused ? (reader.fault() ?? error) : error
  }
  const fault = reader.fault()
  if (fault !== null) throw fault
}

interface RecordReader {
  /** What is new in these rows; nothing after a fault. */
  read(rows: readonly CsvRow[]): readonly DailyRecord[]
  fault(): FileRefused | null
}

function recordReader(tally: Tally, { coins, nowMs }: ReadingOptions): RecordReader {
  const known = knownCoins(coins)
  const repeats = dailyRepeats()
  let header: DailyHeader | null = null
  let fault: FileRefused | null = null
  const readRow = (row: CsvRow): readonly DailyRecord[] => {
    if (header === null) {
      header = readHeader(row)
      tally.ignoredColumns = header.ignored
      return []
    }
    const daily = readRecord(header, row)
    known.admit(daily, row.line)
    const isRepeat = repeats.isRepeat(daily, row.line)
    if (isRepeat) tally.repeats += 1
    if (!isRepeat && daily.record.openTimeMs > nowMs) tally.comingDays += 1
    return isRepeat ? [] : [daily]
  }
  let isFirst = true
  return {
    read(rows) {
      tally.rows += isFirst && rows.length > 0 ? rows.length - 1 : rows.length
      isFirst &&= rows.length === 0
      if (tally.rows > ROWS_MAX) throw new FileRefused(`it has more than ${ROWS_MAX} rows: split it`)
      if (fault !== null) return []
      try {
        return rows.flatMap(readRow)
      } catch (error) {
        if (!(error instanceof FileRefused)) throw error
        fault = error
        return []
      }
    },
    fault: () => fault ?? (header === null ? new FileRefused('it is empty') : null),
  }
}
