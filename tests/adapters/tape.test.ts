import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileTape } from '../../src/adapters/tape/file-tape.ts'
import { readTape } from '../../src/adapters/tape/read-tape.ts'
import type { TapeHearing, TapeLine, TapeStart } from '../../src/ports/tape.ts'
import { memoryLog } from '../support/log.ts'

const START: TapeStart = {
  kind: 'start',
  atMs: 1,
  monotonicMs: 0.5,
  format: 1,
  epoch: '1',
  version: '0.0.0',
  sources: ['jupiter'],
  staleLimitMs: 900_000,
}
const HEARING: TapeHearing = { kind: 'hearing', atMs: 2, monotonicMs: 1.25, answer: 1 }

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tickertap-tape-'))
  path = join(folder, 'tape.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function read() {
  const passedOver: number[] = []
  const lines: { readonly number: number; readonly line: TapeLine }[] = []
  for await (const line of readTape(path, (number) => passedOver.push(number))) lines.push(line)
  return { lines, passedOver }
}

async function write(bytesMax = 1e6, lines = [START, HEARING]) {
  const log = memoryLog()
  const tape = fileTape({ path, bytesMax, log })
  for (const line of lines) tape.write(line)
  await tape.close()
  return log
}

describe('a tape in a file', () => {
  test('says what was written to it, run after run', async () => {
    await write()
    await write()
    expect(await read()).toEqual({
      lines: [
        { number: 1, line: START },
        { number: 2, line: HEARING },
        { number: 4, line: START },
        { number: 5, line: HEARING },
      ],
      passedOver: [],
    })
  })

  test('ends with a whole line when it is full, counting what the file held, and says so once', async () => {
    const bytes = `${JSON.stringify(START)}\n`.length
    const log = await write(bytes, [START, HEARING, HEARING])
    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify(START)}\n`)
    expect(log.lines.map(({ message }) => message)).toEqual(['the tape ends'])
    await write(2 * bytes)
    expect((await read()).lines).toEqual([{ number: 1, line: START }])
  })

  test('ends when the disk refuses, and nobody else notices', async () => {
    const log = memoryLog()
    const tape = fileTape({ path: '/dev/full', bytesMax: 1e6, log })
    tape.write(START)
    await tape.close()
    tape.write(HEARING)
    expect(log.lines.map(({ message }) => message)).toEqual(['the tape ends'])
  })

  test('passes over what a killed process left of its last line', async () => {
    await write()
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -7))
    expect(await read()).toEqual({ lines: [{ number: 1, line: START }], passedOver: [2] })
    await write()
    expect((await read()).lines.map(({ number }) => number)).toEqual([1, 3, 4])
  })

  test('is refused for any other damage, by the number of the line', async () => {
    writeFileSync(path, `${JSON.stringify(START)}\n\n{"kind":"hearing"}\n${JSON.stringify(HEARING)}\n`)
    await expect(read()).rejects.toThrow('line 3: this is no line of a tape.')
    writeFileSync(path, JSON.stringify({ ...START, format: 2 }))
    await expect(read()).rejects.toThrow('line 1: a tape of format 2; this program replays format 1.')
  })
})
