import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCsvTime } from '../../../src/domain/taps/csv-time.ts'
import { isTapId } from '../../../src/domain/taps/reading.ts'
import {
  type CsvColumns,
  importedId,
  readColumns,
  readTagRow,
  readTapRow,
  TAG_COLUMNS,
  TAP_COLUMNS,
} from '../../../src/domain/taps/tap-csv.ts'

const NOON = Date.UTC(2022, 5, 1, 12)
const columnsOf = <Name extends string>(cells: readonly string[], names: readonly Name[]) => {
  const columns = readColumns(cells, names)
  if ('flaw' in columns) throw new Error(columns.flaw)
  return columns
}
const ofTaps = columnsOf([...TAP_COLUMNS], TAP_COLUMNS)
const ofTags = columnsOf([...TAG_COLUMNS], TAG_COLUMNS)
const tap = (row: string, columns: CsvColumns<(typeof TAP_COLUMNS)[number]> = ofTaps) =>
  readTapRow(columns, row.split(','))
const tag = (row: string) => readTagRow(ofTags, row.split(','))

describe('the first line of a file', () => {
  test('names the columns in any order and case, others beside them', () => {
    const columns = columnsOf(['Count', 'note', 'TAG_UID', '', 'created_at', 'id'], TAP_COLUMNS)
    expect(columns).toEqual({ at: { id: 5, tag_uid: 2, count: 0, created_at: 4 }, width: 6, ignored: ['note'] })
    expect(tap('2,hello,7,,2022-06-01,a', columns)).toMatchObject({ id: importedId('a'), tag: '7', count: 2 })
  })

  test.each([
    [['id', 'tag_uid', 'count'], 'has no column created_at'],
    [['id', 'tag_uid', 'count', 'created_at', 'ID'], 'is there twice'],
    [['id;tag_uid;count;created_at'], 'is not separated by commas'],
    [[''], 'has no column id, tag_uid, count, created_at'],
    [Array.from({ length: 101 }, (_, i) => `c${i}`), 'has 101 columns; at most 100 are read'],
  ])('%j is refused', (cells, flaw) => {
    expect(readColumns(cells, TAP_COLUMNS)).toMatchObject({ flaw })
  })
})

describe('a row of taps', () => {
  test('is a tap under an id that no client can post', () => {
    const read = tap('17,9223372036854775807,3,2022-06-01T12:00:00Z')
    expect(read).toEqual({ id: 'row\t17', tag: '9223372036854775807', count: 3, atMs: NOON })
    fc.assert(fc.property(fc.string(), (id) => !isTapId(importedId(id))))
  })

  test.each([
    ['1,7,1', null, 'has 3 cells where the first line has 4 columns'],
    [',7,1,2022-06-01', 'id', 'is empty'],
    [`${'x'.repeat(65)},7,1,2022-06-01`, 'id', 'is not 1 to 64 printable characters'],
    ['1,9223372036854775808,1,2022-06-01', 'tag_uid', 'is no whole number from 1 to 9223372036854775807'],
    ['1,9e15,1,2022-06-01', 'tag_uid', 'is no whole number from 1 to 9223372036854775807'],
    ['1,007,1,2022-06-01', 'tag_uid', 'is no whole number from 1 to 9223372036854775807'],
    ['1,7,0,2022-06-01', 'count', 'is no whole number from 1 to 1000000'],
    ['1,7,-1,2022-06-01', 'count', 'is no whole number from 1 to 1000000'],
    ['1,7,1.5,2022-06-01', 'count', 'is no whole number from 1 to 1000000'],
    ['1,7,1000001,2022-06-01', 'count', 'is no whole number from 1 to 1000000'],
    ['1,7,1,', 'created_at', 'is empty'],
    ['1,7,1,06/01/2022', 'created_at', expect.stringContaining('slashes')],
  ])('%s is rejected, and why', (row, column, flaw) => {
    const read = tap(row)
    expect(read).toMatchObject({ flaw })
    expect('cell' in read ? (read.cell?.column ?? null) : 'taken').toBe(column)
  })
})

describe('a row of tags', () => {
  test('is a tag, with its uid as it stands there', () => {
    expect(tag('9000000000000007919,3,2022-06-01 12:00:00')).toEqual({
      uid: '9000000000000007919',
      teamId: 3,
      name: null,
      tokenId: null,
      targetUrl: null,
      createdAtMs: NOON,
    })
  })

  test.each([
    ['7,0,2022-06-01', 'team_id'],
    ['7,2147483648,2022-06-01', 'team_id'],
    ['7,red,2022-06-01', 'team_id'],
    ['x,1,2022-06-01', 'tag_uid'],
    ['7,1,yesterday', 'created_at'],
  ])('%s is rejected for its %s', (row, column) => {
    expect(tag(row)).toMatchObject({ cell: { column } })
  })
})

describe('a time in a file', () => {
  test.each([
    ['2022-06-01T12:00:00Z', NOON],
    ['2022-06-01T14:00:00.250+02:00', NOON + 250],
    ['2022-06-01 12:00:00', NOON],
    ['2022-06-01 12:00:00.123456', NOON + 123],
    ['2022-06-01 12:00:00+00', NOON],
    ['2022-06-01 06:30:00-0530', NOON],
    ['2022-06-01 12:00 UTC', NOON],
    ['2022-06-01', NOON - 12 * 3_600_000],
  ])('%s is read as what it means, in UTC when it does not say', (text, ms) => {
    expect(readCsvTime(text)).toBe(ms)
  })

  test.each([
    '2022/06/01',
    '01-06-2022',
    '2022-06-31',
    '2022-06-01 24:00:00',
    '2022-06-01T12',
    '2022-06-01 12:00:00 CET',
    '1999-12-31',
    '1654084800',
    '2022-06-01T12:00:00Z junk',
  ])('%s is not guessed', (text) => {
    expect(readCsvTime(text)).toBeTypeOf('string')
  })

  test('is the one that was written', () => {
    const times = fc.date({ min: new Date(Date.UTC(2000, 0)), max: new Date(Date.UTC(9999, 0)), noInvalidDate: true })
    fc.assert(fc.property(times, (time) => readCsvTime(time.toISOString()) === time.getTime()))
  })
})
