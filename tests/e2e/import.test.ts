import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHECKOUT } from '../support/checkout.ts'
import { startProgram } from '../support/process.ts'

const root = mkdtempSync(join(tmpdir(), 'tickertap-import-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const DATA_DIR = join(root, 'data')
const PROGRAM = join(CHECKOUT, 'src/app/cli.ts')
const DAYS = 300
const FILES = 10
// Each run of the program starts a database engine, and many of them follow each other here.
const PATIENCE_MS = 300_000

/** Daily prices of one coin, as the well-known sets have them. */
function csvOf(symbol: string, days: number): string {
  const rows = Array.from({ length: days }, (_, index) => {
    const day = new Date(Date.UTC(2015, 0, 1 + index)).toISOString().slice(0, 10)
    const low = 100 + ((index * 37) % 101) / 7
    return `${index + 1},Coin ${symbol},${symbol},${day} 23:59:59,${low + 2},${low},${low + 1},${low + 0.5},0,${low * 1e7}`
  })
  return ['SNo,Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap', ...rows, ''].join('\n')
}

/** A folder of files, each of one coin of its own. */
function folderOf(name: string): string {
  const folder = join(root, name)
  mkdirSync(folder)
  for (let n = 1; n <= FILES; n += 1) writeFileSync(join(folder, `${n}.csv`), csvOf(`${name}${n}`, DAYS))
  return folder
}

function cli(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: root,
    env: { DATA_DIR },
    encoding: 'utf8',
  })
  return { status, stderr, lines: stdout.trimEnd().split('\n') }
}

const start = (...args: readonly string[]) => startProgram([process.execPath, PROGRAM, ...args], { DATA_DIR })

/** What a second import finds of each file: how many of its rows were not there, and how many were. */
function found(folder: string): { readonly inserted: number; readonly unchanged: number }[] {
  const { status, lines } = cli('import', 'coins', folder)
  expect(status).toBe(0)
  return lines.slice(0, -1).map((line) => {
    const [, inserted = '', updated, unchanged = ''] =
      /inserted (\d+), updated (\d+), unchanged (\d+)$/.exec(line) ?? []
    expect(updated).toBe('0')
    return { inserted: Number(inserted), unchanged: Number(unchanged) }
  })
}

const ALL = { inserted: 0, unchanged: DAYS }
const NONE = { inserted: DAYS, unchanged: 0 }

beforeAll(() => {
  expect(cli('migrate')).toMatchObject({ status: 0, stderr: '' })
}, PATIENCE_MS)

describe('an import into the embedded storage', { timeout: PATIENCE_MS }, () => {
  test('takes each file once, refuses damaged ones with a reason, and ends with the totals', () => {
    const folder = join(root, 'mixed')
    mkdirSync(folder)
    writeFileSync(join(folder, 'a.csv'), csvOf('AAA', 3))
    writeFileSync(join(folder, 'b.csv'), csvOf('BBB', 3).replaceAll('.', ''))
    writeFileSync(join(folder, 'c.csv'), csvOf('CCC', 3).replaceAll('-', '/'))
    const refusals = [
      expect.stringMatching(/^refused {2}.*b\.csv: line 2: .* \(rejected 3\)$/),
      expect.stringMatching(/^refused {2}.*c\.csv: line 2: Date "2015\/01\/01 23:59:59" has slashes.* \(rejected 3\)$/),
    ]
    const [first, second] = [cli('import', 'coins', folder), cli('import', 'coins', folder)]
    expect(first).toEqual({
      status: 1,
      stderr: '',
      lines: [
        `taken    ${join(folder, 'a.csv')}: 3 rows, inserted 3, updated 0, unchanged 0`,
        ...refusals,
        'inserted 3, updated 0, unchanged 0, rejected 6',
      ],
    })
    expect(second.lines.at(-1)).toBe('inserted 0, updated 0, unchanged 3, rejected 6')
    expect(cli('import', 'coins', join(folder, 'a.csv')).status).toBe(0)
    const nothing = cli('import', 'coins', join(folder, 'nothing.csv'))
    expect(nothing.lines.at(-1)).toBe('inserted 0, updated 0, unchanged 0, rejected 0')
    expect(nothing.status).toBe(1)
  })

  test('that is killed again and again leaves each file whole or not there, and the next one starts', async () => {
    for (let round = 1; round <= 3; round += 1) {
      const folder = folderOf(`K${round}`)
      await using program = start('import', 'coins', folder)
      await program.said(new RegExp(`taken .*/${round}\\.csv`))
      program.signal('SIGKILL')
      await program.ended
      const files = found(folder)
      expect(files.slice(0, round)).toEqual(Array(round).fill(ALL))
      for (const file of files) expect([ALL, NONE]).toContainEqual(file)
    }
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('that %s interrupts keeps what was taken, says so, and ends with %i', async (signal, status) => {
    const folder = folderOf(signal)
    await using program = start('import', 'coins', folder)
    await program.said(/taken .*\/1\.csv/)
    program.signal(signal)
    expect(await program.ended).toBe(status)
    const [, taken = ''] = /Interrupted by \w+\. .* rolled back; files taken: (\d+)\./.exec(program.output()) ?? []
    expect(program.output()).toMatch(
      new RegExp(`^inserted ${Number(taken) * DAYS}, updated 0, unchanged 0, rejected 0$`, 'm'),
    )
    const rest = FILES - Number(taken)
    expect(rest).toBeGreaterThan(0)
    expect(found(folder)).toEqual([...Array(Number(taken)).fill(ALL), ...Array(rest).fill(NONE)])
  })

  test('is refused while another process has the folder, and told what to do', async () => {
    const folder = folderOf('L')
    await using program = start('import', 'coins', folder)
    await program.said(/taken .*\/1\.csv/)
    // It has the folder for as long as this takes.
    program.signal('SIGSTOP')
    for (const args of [['import', 'coins', folder], ['migrate'], ['backup', join(root, 'x.gz')]]) {
      const { status, stderr } = cli(...args)
      expect({ args, status }).toEqual({ args, status: 1 })
      expect(stderr).toMatch(/in use by another process \(pid \d+\).*\nIf it is the service: stop it/)
    }
  })
})

describe('a backup', { timeout: PATIENCE_MS }, () => {
  test('fills an empty storage, and no other', () => {
    cli('import', 'coins', folderOf('B'))
    const file = join(root, 'backup.gz')
    const saved = cli('backup', file)
    expect(saved).toMatchObject({ status: 0, stderr: '', lines: [expect.stringMatching(/^rows \d+$/)] })
    expect(cli('restore', file)).toMatchObject({ status: 1, stderr: expect.stringContaining('empty') })
    rmSync(DATA_DIR, { recursive: true })
    expect(cli('restore', file).lines).toEqual(saved.lines)
    expect(found(join(root, 'B'))).toEqual(Array(FILES).fill(ALL))
  })
})
