import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FolderInUse, folderLock } from '../../../src/adapters/store/embedded/lock.ts'
import { StoreUnavailable } from '../../../src/domain/errors.ts'
import { startProgram } from '../../support/process.ts'
import { skipUnless } from '../../support/require-all.ts'
import { findRuntime } from '../../support/runtimes.ts'
import { tempFolder } from '../../support/stores.ts'

const HOLDER = 'tests/adapters/store/programs/holder.ts'
const ROUNDS = 20

let folder: Awaited<ReturnType<typeof tempFolder>>
beforeEach(async () => {
  folder = await tempFolder()
})
afterEach(() => folder.remove())

const hold = (command: readonly string[] = [process.execPath]) => startProgram([...command, HOLDER, folder.path])

describe('a data folder', () => {
  test('is refused to a second process, in one line with its name and the pid of the first', async () => {
    await using first = hold()
    await first.said(/held/)
    await using second = hold()
    const [line] = await second.said(/refused: .*\n/)
    expect(line).toContain(folder.path)
    expect(line).toContain(`pid ${first.pid}`)
    expect(await second.ended).toBe(0)
  })

  test('is refused within one process too, and free again after release', () => {
    const [first, second] = [folderLock(folder.path), folderLock(folder.path)]
    first.take()
    first.take()
    expect(() => second.take()).toThrow(FolderInUse)
    first.release()
    first.release()
    second.take()
    expect(readFileSync(`${folder.path}/pid`, 'utf8')).toBe(`${process.pid}\n`)
    second.release()
  })

  test('is free after its process was killed, whoever has that pid now', async () => {
    await using first = hold()
    await first.said(/held/)
    first.signal('SIGKILL')
    await first.ended
    // As if the number had been given to a process that lives.
    writeFileSync(`${folder.path}/pid`, `${process.pid}\n`)
    await using second = hold()
    await second.said(/held/)
  })

  test(`has one holder when several race for one that a killed process had (${ROUNDS} rounds)`, async () => {
    let last = hold()
    await last.said(/held/)
    for (let round = 0; round < ROUNDS; round += 1) {
      const racers = [hold(), hold()]
      last.signal('SIGKILL')
      const said = await Promise.all(racers.map((racer) => racer.said(/held|refused/)))
      const holders = racers.filter((_, index) => said[index]?.[0] === 'held')
      expect(holders.length).toBeLessThanOrEqual(1)
      await Promise.all(racers.filter((racer) => !holders.includes(racer)).map(({ ended }) => ended))
      last = holders[0] ?? hold()
      await last.said(/held/)
    }
    last.signal('SIGKILL')
    await last.ended
  }, 180_000)

  test('that cannot be used is the store being unavailable, with its name', () => {
    const path = `${folder.path}/file`
    writeFileSync(path, '')
    expect(() => folderLock(path).take()).toThrow(StoreUnavailable)
    expect(() => folderLock(`${path}/below`).take()).toThrow(`${path}/below`)
    mkdirSync(`${folder.path}/made`)
    expect(() => folderLock(`${folder.path}/made`).take()).not.toThrow()
  })
})

for (const [name, args] of [
  ['deno', ['run', '--no-lock', '-A']],
  ['bun', []],
] as const) {
  const binary = findRuntime(name)
  skipUnless(binary !== null, `${name} was not found: set ${name.toUpperCase()}_BIN`)(`on ${name}`, () => {
    test('the lock holds against Node, and Node against it', async () => {
      await using ours = hold()
      await ours.said(/held/)
      await using theirs = hold([binary ?? '', ...args])
      await theirs.said(new RegExp(`refused: .*pid ${ours.pid}`))
      ours.signal('SIGKILL')
      await ours.ended
      await using next = hold([binary ?? '', ...args])
      await next.said(/held/)
      await using late = hold()
      await late.said(new RegExp(`refused: .*pid ${next.pid}`))
    })
  })
}
