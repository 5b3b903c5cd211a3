import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { CHECKOUT } from '../support/checkout.ts'

const BIOME = join(CHECKOUT, 'node_modules/@biomejs/biome/bin/biome')
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tickertap-lint-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** By file, what it may not import and what it may: what an editor shows while one types. */
const IMPORTS: readonly (readonly [path: string, refused: readonly string[], allowed: readonly string[]])[] = [
  ['src/domain/tokens/rank.ts', ['zod', 'node:fs', 'fs', '../../ports/clock.ts'], ['../errors.ts', './row.ts']],
  ['src/ports/cache.ts', ['redis', '../adapters/cache/redis.ts'], ['../domain/errors.ts', './clock.ts']],
  [
    'src/app/usecases/tokens.ts',
    ['node:fs', '../../adapters/cache/memory.ts', '../config.ts', '../runtime/node.ts'],
    ['../../ports/clock.ts', '../../domain/errors.ts', './board.ts'],
  ],
  ['src/app/config.ts', ['node:fs', '../domain/errors.ts', './compose.ts'], ['zod', './config-table.ts']],
  ['src/app/main.ts', ['../adapters/http/app.ts', '../../simulator/main.ts'], ['./compose.ts', 'node:util']],
  ['src/app/compose.ts', [], ['../adapters/http/app.ts', './config.ts', 'redis']],
  ['src/app/runtime/node.ts', ['../../adapters/http/app.ts'], ['@hono/node-server', '../../ports/log.ts']],
  [
    'src/adapters/cache/redis.ts',
    ['../../app/config.ts', '../../../tests/support/fake-clock.ts'],
    ['../../ports/cache.ts', './memory.ts', 'redis', 'node:net'],
  ],
  ['clients/stream.ts', ['ws', 'node:net', '../src/domain/errors.ts'], ['./connection.ts']],
  ['web/board/desk.ts', ['zod', 'node:fs', '../../src/domain/errors.ts'], ['@preact/signals', './view.ts']],
  ['web/parts/page.tsx', ['../../tests/support/toy-stream.ts'], ['preact/hooks', '../../clients/stream.ts']],
  ['simulator/main.ts', ['../src/app/config.ts'], ['./market.ts', 'node:http']],
  ['simulator/demo.ts', [], ['../src/app/main.ts']],
]
const HABITS = ['noDefaultExport', 'noNonNullAssertion', 'noConsole']

/** `rule file line` for everything that the linter refuses in the planted files. */
function refusals(): string[] {
  const plant = (path: string, text: string) => {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  copyFileSync(join(CHECKOUT, 'biome.json'), join(folder, 'biome.json'))
  for (const [path, refused, allowed] of IMPORTS) {
    plant(path, [...refused, ...allowed].map((specifier) => `export * from '${specifier}'\n`).join(''))
  }
  plant('src/app/habits.ts', 'export default function f(x: number | null) {\n  console.log(x!)\n}\n')
  const args = [BIOME, 'lint', '--reporter=github', '--max-diagnostics=none', '--colors=off']
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const found = stdout.matchAll(/title=lint\/\w+\/(\w+),file=([^,]+),line=(\d+)/g)
  return [...found].map(([, rule, file = '', line]) => `${rule} ${relative(folder, file)} ${line}`)
}

describe('the linter', () => {
  const found = refusals()

  test.each(IMPORTS)('refuses in %s an import of %j and allows one of %j', (path, refused) => {
    const seen = found.filter((line) => line.startsWith(`noRestrictedImports ${path} `))
    expect(new Set(seen)).toEqual(new Set(refused.map((_, index) => `noRestrictedImports ${path} ${index + 1}`)))
  })

  test.each(HABITS)('enforces %s', (rule) => {
    expect(found.filter((line) => line.startsWith(`${rule} src/app/habits.ts`))).not.toEqual([])
  })
})
