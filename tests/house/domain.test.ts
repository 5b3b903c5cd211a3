import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { CHECKOUT, filesLike, readText } from '../support/checkout.ts'
import { impurities } from './purity.ts'
import { nodesOf } from './syntax.ts'

const TSC = join(CHECKOUT, 'node_modules/typescript/bin/tsc')
const folder = mkdtempSync(join(tmpdir(), 'tickertap-domain-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const planted = (text: string) => impurities('planted.ts', nodesOf('planted.ts', text))

describe('the domain', () => {
  const files = filesLike('src/domain/**/*.ts')

  test('reads no clock and throws no dice', () => {
    expect(files.flatMap((path) => impurities(path, nodesOf(path, readText(path))))).toEqual([])
  })

  test.each([
    'const now = Date.now()',
    'const today = new Date()',
    'const day = new Date(0)',
    'const text = Date()',
    'const clock = Date',
    'const { now } = Date',
    "const now = Date['now']()",
    'const dice = Math.random()',
    "const dice = Math['random']()",
    'const { random } = Math',
    'const now = globalThis.Date.now()',
  ])('may not say %s', (text) => {
    expect(planted(text)).not.toEqual([])
  })

  test.each([
    'const start = Date.UTC(2026, 0, 1)',
    'const most = Math.max(1, 2)',
    'const row = { Date: 1, Math: 2 }; const x = row.Date + row.Math',
  ])('may say %s', (text) => {
    expect(planted(text)).toEqual([])
  })

  test('is compiled as a whole without the types of Node and of browsers', () => {
    const args = [TSC, '-p', 'tsconfig.domain.json', '--listFilesOnly']
    const compiled = execFileSync(process.execPath, args, { cwd: CHECKOUT, encoding: 'utf8' }).split(/\r?\n/)
    const missing = files.filter((path) => !compiled.some((line) => line.replaceAll('\\', '/').endsWith(`/${path}`)))
    expect(missing).toEqual([])
  })

  test('cannot use what only Node or a browser has', () => {
    const names = ['console', 'fetch', 'setTimeout', 'process', 'crypto', 'performance', 'window']
    writeFileSync(join(folder, 'planted.ts'), names.map((name) => `export const ${name}1 = ${name}\n`).join(''))
    const config = { extends: join(CHECKOUT, 'tsconfig.domain.json'), include: ['planted.ts'] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const { status, stdout } = spawnSync(process.execPath, [TSC, '-p', folder], { encoding: 'utf8' })
    expect(status).not.toBe(0)
    expect(names.filter((name) => !stdout.includes(`Cannot find name '${name}'`))).toEqual([])
  })
})
