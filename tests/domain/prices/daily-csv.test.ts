import { describe, expect, test } from 'vitest'
import { knownCoins } from '../../../src/domain/prices/daily-coins.ts'
import { readRecord } from '../../../src/domain/prices/daily-csv.ts'
import { readHeader } from '../../../src/domain/prices/daily-header.ts'
import { dailyRepeats } from '../../../src/domain/prices/daily-repeats.ts'

const HEADER = 'SNo,Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap'
const row = (text: string, line = 2) => ({ line, cells: text.split(',') })
const header = (text = HEADER) => readHeader(row(text, 1))
const record = (text: string, names = HEADER) => readRecord(header(names), row(text))

describe('the first line of a file', () => {
  test('names the columns, in any order and any case', () => {
    const swapped = 'marketcap,CLOSE,Open,low,HIGH,Date,symbol,Name'
    expect(record('9,4,3,2,5,2021-07-06,BTC,Bitcoin', swapped)).toEqual({
      symbol: 'BTC',
      name: 'Bitcoin',
      record: { openTimeMs: Date.UTC(2021, 6, 6), open: 3, high: 5, low: 2, close: 4, volume: null, marketCap: 9 },
    })
  })

  test('may have columns that mean nothing, which are told', () => {
    expect(header(`${HEADER},Market Cap,,,\u001b[2J`).ignored).toEqual(['Market Cap', '\\u{1b}[2J'])
  })

  test.each([
    ['Date,Open,High,Low,Close,Volume,Marketcap', /^no column Name, Symbol in the first line/],
    ['Name,Symbol,Date,High,Low,Open', /^no column Close /],
    [`${HEADER},DATE`, /^the column "DATE" is there twice$/],
    [`${HEADER},Note,note`, /^the column "note" is there twice$/],
    [HEADER.replaceAll(',', ';'), /^the columns are separated by ";", not by commas$/],
    [HEADER.replaceAll(',', '\t'), /^the columns are separated by "\\u\{9\}"/],
    [HEADER + ','.repeat(9990), /^has 10000 columns; at most 100 are read$/],
    ['__proto__,constructor', /^no column Name, Symbol, Date, High, Low, Open, Close /],
  ])('is refused when it is %.40s', (text, reason) => {
    expect(() => header(text)).toThrow(expect.objectContaining({ line: 1, message: expect.stringMatching(reason) }))
  })
})

describe('a row', () => {
  test.each([
    ['1,Bitcoin,BTC,2021-07-06,5,2,3,4,0', 'has 9 cells where the first line has 10 columns'],
    ['Bitcoin,BTC,2021-07-06,5,2,3,4,0,9,9', 'Close is 0, which is no price'],
    ['1,Bitcoin,BTC,2021-07-06,2,5,3,4,0,9', 'Low 5 is above High 2'],
    ['1,Bitcoin,BTC,2021-07-06,5,2,1,4,0,9', 'Open 1 is below Low 2'],
    ['1,Bitcoin,BTC,2021-07-06,5,2,3,6,0,9', 'Close 6 is above High 5'],
    ['1,Bitcoin,,2021-07-06,5,2,3,4,0,9', 'Symbol is empty'],
    ['1,,BTC,2021-07-06,5,2,3,4,0,9', 'Name is empty'],
    [
      '1,Bitcoin,B TC,2021-07-06,5,2,3,4,0,9',
      'Symbol "B TC" is refused (at most 32 characters, no blanks, commas and slashes)',
    ],
    [
      '1,Bit\u0007coin,BTC,2021-07-06,5,2,3,4,0,9',
      'Name "Bit\\u{7}coin" is refused (at most 100 characters, all of them visible)',
    ],
  ])('%s is refused', (text, reason) => {
    expect(() => record(text)).toThrow(expect.objectContaining({ name: 'FileRefused', line: 2, message: reason }))
  })

  test('has no volume and market cap when its file has no such columns or their cells are empty', () => {
    const names = 'Name,Symbol,Date,High,Low,Open,Close'
    expect(record('Bitcoin,BTC,2021-07-06,5,2,3,4', names).record).toMatchObject({ volume: null, marketCap: null })
    expect(record('1,Bitcoin,BTC,2021-07-06,5,2,3,4,,').record).toMatchObject({ volume: null, marketCap: null })
    expect(record('1,Bitcoin,BTC,2021-07-06,5,2,3,4,0,0.0').record).toMatchObject({ volume: 0, marketCap: 0 })
  })
})

describe('the coins of a file', () => {
  const BITCOIN = { symbol: 'BTC', name: 'Bitcoin' }
  const admit = (symbol: string, name: string) => () => knownCoins([BITCOIN]).admit({ symbol, name }, 3)

  test('are known ones, or new in both symbol and name', () => {
    expect(admit('BTC', 'Bitcoin')).not.toThrow()
    expect(admit('ETH', 'Ethereum')).not.toThrow()
  })

  test.each([
    ['BTC', 'Bitcoin Cash'],
    ['BCH', 'Bitcoin'],
    ['BCH', 'BITCOIN'],
    ['btc', 'Bitcoin'],
    ['BTC', 'bitcoin'],
  ])('%s named %s are refused beside BTC named Bitcoin', (symbol, name) => {
    expect(admit(symbol, name)).toThrow(
      expect.objectContaining({ line: 3, message: expect.stringContaining('clashes with "BTC" named "Bitcoin"') }),
    )
  })

  test('keep symbol and name together within one file', () => {
    const coins = knownCoins([])
    coins.admit({ symbol: 'A', name: 'Alpha' }, 2)
    coins.admit({ symbol: 'B', name: 'Beta' }, 3)
    coins.admit({ symbol: 'A', name: 'Alpha' }, 4)
    expect(() => coins.admit({ symbol: 'A', name: 'Beta' }, 5)).toThrow('clashes')
  })
})

describe('a day that a file has twice', () => {
  const FIRST = '1,Bitcoin,BTC,2021-07-06,5,2,3,4,0,9'
  const repeated = (text: string) => {
    const repeats = dailyRepeats()
    expect(repeats.isRepeat(record(FIRST), 2)).toBe(false)
    return () => repeats.isRepeat(record(text), 3)
  }

  test('is fine when it says the same, whatever the coin beside it', () => {
    expect(repeated('7,Bitcoin,BTC,2021-07-06 23:59,5.0,2,3,4,0,9')()).toBe(true)
    expect(repeated('1,Ethereum,ETH,2021-07-06,6,2,3,4,0,9')()).toBe(false)
    expect(repeated('1,Bitcoin,BTC,2021-07-05,6,2,3,4,0,9')()).toBe(false)
  })

  test.each([
    '1,Bitcoin,BTC,2021-07-06,6,2,3,4,0,9',
    '1,Bitcoin,BTC,2021-07-06,5,2,3,4,0,8',
    '1,Bitcoin,BTC,2021-07-06,5,2,3,4,,9',
  ])('is refused when it says something else: %s', (text) => {
    expect(repeated(text)).toThrow(
      expect.objectContaining({ line: 3, message: 'BTC has this day twice, with different values' }),
    )
  })

  test('is fine twice without volume', () => {
    const repeats = dailyRepeats()
    const text = '1,Bitcoin,BTC,2021-07-06,5,2,3,4,,'
    expect([repeats.isRepeat(record(text), 2), repeats.isRepeat(record(text), 3)]).toEqual([false, true])
  })
})
