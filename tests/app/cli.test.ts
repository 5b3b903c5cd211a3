import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { VARIABLES } from '../../src/app/config-table.ts'
import { CHECKOUT, readText } from '../support/checkout.ts'

// A folder of its own: the checkout may have an .env file.
const folder = mkdtempSync(join(tmpdir(), 'tickertap-cli-'))
const envFile = join(folder, '.env')
afterEach(() => rmSync(envFile, { force: true }))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the command as `npm run cli --` does, in an environment that has nothing but what is given. */
function cli(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const program = join(CHECKOUT, 'src/app/cli.ts')
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, env, encoding: 'utf8' })
}

describe('the command line', () => {
  test('tells its commands and statuses when asked for help', () => {
    const { status, stdout, stderr } = cli(['--help'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    for (const word of ['config', 'openapi', '78']) expect(stdout).toContain(word)
    expect(cli(['config', '-h']).stdout).toBe(stdout)
  })

  test.each([[[]], [['nonsense']], [['__proto__']], [['config', 'surplus']], [['config', '--nonsense']]])(
    'ends with 2, nothing printed and one explanation, for %j',
    (args) => {
      const { status, stdout, stderr } = cli(args)
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      expect(stderr).not.toContain('    at ')
    },
  )

  test('prints the committed OpenAPI document', () => {
    const { status, stdout } = cli(['openapi'])
    expect(status).toBe(0)
    expect(stdout).toBe(readText('openapi/openapi.json'))
    expect(JSON.parse(stdout).openapi).toMatch(/^3\.1\./)
  })

  test('prints the settings in force without secrets', () => {
    const { status, stdout } = cli(['config'], { PORT: '8080', REDIS_URL: 'redis://me:hunter2@host', WATCH: '' })
    expect(status).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines.map((line) => line.split('=')[0])).toEqual(Object.keys(VARIABLES))
    expect(lines).toEqual(
      expect.arrayContaining(['PORT=8080', 'REDIS_URL=(set, not shown)', 'WATCH=SOL', 'ADMIN_TOKEN=']),
    )
    expect(stdout).not.toContain('hunter2')
  })

  test('takes from .env what the environment does not say', () => {
    writeFileSync(envFile, 'PORT=1234\nWATCH=bonk\n')
    const lines = cli(['config'], { PORT: '8080' }).stdout.split('\n')
    expect(lines).toEqual(expect.arrayContaining(['PORT=8080', 'WATCH=bonk']))
  })

  test('ends with 78 and names every wrong variable', () => {
    const { status, stdout, stderr } = cli(['config'], { PORT: 'hunter2', ADMIN_TOKEN: 'hunter2' })
    expect({ status, stdout }).toEqual({ status: 78, stdout: '' })
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => line.split(':')[0]),
    ).toEqual(['PORT', 'ADMIN_TOKEN'])
    expect(stderr).not.toContain('hunter2')
  })
})
