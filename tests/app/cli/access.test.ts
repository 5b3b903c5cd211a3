import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folderLock } from '../../../src/adapters/store/embedded/lock.ts'
import { type Surroundings, UsageError } from '../../../src/app/cli/command.ts'
import { COMMANDS } from '../../../src/app/cli/commands.ts'
import { readLine } from '../../../src/app/cli/help.ts'
import { hasChecksum } from '../../../src/domain/access/secret.ts'
import { newEngineFolder } from '../../support/stores.ts'

const folder = mkdtempSync(join(tmpdir(), 'tickertap-access-'))
beforeAll(() => newEngineFolder(join(folder, 'prices')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a line as the command line does, in this process. @param told gets what goes to standard error */
async function cli(line: string, env: Readonly<Record<string, string>> = { DATA_DIR: folder }, told: string[] = []) {
  const words = line.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', '')) ?? []
  const asked = readLine(words, COMMANDS)
  if (!('command' in asked)) return { status: 0, out: asked.help, told: '' }
  const printed: string[] = []
  const surroundings: Surroundings = {
    env: () => env,
    print: (text) => void printed.push(text),
    tell: (text) => void told.push(text),
    terminal: null,
    monotonicMs: () => 0,
    interruption: () => new AbortController().signal,
  }
  const status = await asked.command.run(asked.args, surroundings, asked.options)
  return { status, out: printed.join(''), told: told.join('') }
}

describe('teams and keys on the command line', () => {
  // One test, because each command opens the storage anew, as it does in life.
  test('are made, listed, rotated and revoked; a key stands alone on its line', async () => {
    expect(await cli('teams create "Night market"')).toMatchObject({ status: 0, out: '1  Night market\n' })
    const made = await cli('keys create "Night market" --name till --scopes read --expires 2999-01-01')
    const key = made.out.trimEnd()
    const id = /key_\w+/.exec(made.told)?.[0] ?? ''
    expect([hasChecksum('key', key), made.told.includes(key)]).toEqual([true, false])

    const rotated = await cli(`keys rotate ${id} --grace 60`)
    expect(hasChecksum('key', rotated.out.trimEnd())).toBe(true)
    expect(rotated.out.trimEnd()).not.toBe(key)
    const next = /key_\w+/.exec(rotated.told)?.[0] ?? ''
    expect((await cli(`keys revoke ${next}`)).out).toMatch(new RegExp(`^${next} {2}revoked 20`))

    const { out } = await cli('keys list 1')
    expect(out).toMatch(new RegExp(`^${id}  ${key.slice(0, 14)}…${key.slice(-4)}  read  ends .{20} +till$`, 'm'))
    expect(out).toMatch(new RegExp(`^${next}  .*  read  revoked `, 'm'))
    expect(out).not.toContain(key)
  })

  test('are nowhere when nothing is kept', async () => {
    await expect(cli('teams list', { DATA_DIR: 'none' })).rejects.toThrow('set DATABASE_URL, or DATA_DIR')
  })

  test.each([
    'keys create 1 --scopes write',
    'keys create 1 --scopes read,read',
    'keys create 1 --scopes ""',
    'keys create 1 --expires tomorrow',
    'keys rotate key_x --grace -1',
    'keys rotate key_x --grace 1h',
    'keys rotate key_x --grace 9999999',
    'keys create',
    'teams create',
    'teams create a b',
    'keys list',
  ])('%s is wrong usage', async (line) => {
    await expect(cli(line)).rejects.toBeInstanceOf(UsageError)
  })

  test('while a service has the folder, they say what to do instead', async () => {
    const lock = folderLock(folder)
    lock.take()
    try {
      const told: string[] = []
      await expect(cli('teams list', { DATA_DIR: folder }, told)).rejects.toMatchObject({ name: 'FolderInUse' })
      expect(told.join('')).toContain('/v1/admin')
    } finally {
      lock.release()
    }
  })

  test.each(['teams create', 'keys create', 'keys revoke', 'keys rotate'])(
    '%s --help explains itself',
    async (name) => {
      expect((await cli(`${name} --help`)).out).toContain('DATA_DIR')
    },
  )
})
