import { describe, expect, test } from 'vitest'
import { committedFiles, filesLike, readText } from '../support/checkout.ts'
import { packageJson } from './package.ts'
import { nodesOf } from './syntax.ts'

const LINES_MAX = 300
const BINARY = /\.(png|jpg|ico|gz|woff2)$/
// A folder of one machine at the start of a path; put together here so that this file does not hold what it looks for.
const MACHINE_PATH = new RegExp(`(?<![\\w.$}/:@-])/(${['work', 'root', 'home'].join('|')})/|/tmp/[a-z]`)

const committed = committedFiles()

describe('files', () => {
  test(`of the product have at most ${LINES_MAX} lines`, () => {
    const lines = (path: string) => readText(path).trimEnd().split('\n').length
    const long = filesLike('{src,simulator,clients,web}/**/*.{ts,tsx,css}').filter((path) => lines(path) > LINES_MAX)
    expect(long, 'split by idea').toEqual([])
  })

  test('read the environment in the entry points only', () => {
    const entry = /^(src\/app\/(main|cli)\.ts|src\/app\/runtime\/.*)$/
    const readers = filesLike('src/**/*.ts').filter(
      (path) => !entry.test(path) && readsEnvironment(path, readText(path)),
    )
    expect(readers, 'a value of the environment is handed over by src/app/config.ts').toEqual([])
    expect(readsEnvironment('planted.ts', 'const port = process.env.PORT')).toBe(true)
    expect(readsEnvironment('planted.ts', "import { env } from 'node:process'")).toBe(true)
  })

  test.skipIf(committed === null)('name no folder of one machine (skipped outside a git checkout)', () => {
    const texts = (committed ?? []).filter((path) => !BINARY.test(path) && path !== 'package-lock.json')
    const named = texts.filter((path) => MACHINE_PATH.test(readText(path)))
    expect(named).toEqual([])
    expect(MACHINE_PATH.test(`see ${['', 'work', 'main'].join('/')}`)).toBe(true)
    expect(MACHINE_PATH.test(['', 'tmp', 'notes.md'].join('/'))).toBe(true)
    expect(MACHINE_PATH.test('https://example.org/work/main')).toBe(false)
  })
})

describe('package.json', () => {
  const { dependencies, devDependencies, optionalDependencies, scripts } = packageJson()
  const { packages } = JSON.parse(readText('package-lock.json')) as Lock

  test('pins every version exactly', () => {
    const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })

  test('has a file behind every script that runs one', () => {
    const named = Object.values(scripts).flatMap(
      (script) => script.match(/\b(src|simulator|tests|bench|scripts)\/\S+\.ts\b/g) ?? [],
    )
    expect(named).toContain('src/app/main.ts')
    expect([...new Set(named)].filter((path) => filesLike(path).length === 0)).toEqual([])
  })

  test('installs nothing that runs a program while it is installed', () => {
    const scripted = Object.entries(packages).filter(([, entry]) => entry.hasInstallScript)
    expect(scripted.map(([path]) => path)).toEqual([])
  })

  test('brings nothing to production without integrity and a permissive licence', () => {
    const shipped = Object.entries(packages).filter(([path, entry]) => path !== '' && !entry.dev && !entry.optional)
    expect(shipped.length).toBeGreaterThanOrEqual(Object.keys(dependencies).length)
    const unfit = shipped.filter(([, entry]) => !entry.integrity || !isPermissive(entry.license ?? ''))
    expect(unfit).toEqual([])
  })
})

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly dev?: true
        readonly hasInstallScript?: true
        readonly optional?: true
        readonly integrity?: string
        readonly license?: string
      }
    >
  >
}

/** One licence of an `(A OR B)` is enough. */
function isPermissive(licence: string): boolean {
  const choices = licence.replace(/[()]/g, '').split(' OR ')
  return choices.some((choice) => /^(MIT|ISC|BSD-[23]-Clause|Apache-2\.0|0BSD|BlueOak-1\.0\.0|Unlicense)$/.test(choice))
}

function readsEnvironment(path: string, text: string): boolean {
  return nodesOf(path, text).some(({ node }) => {
    if (node.type === 'Literal') return node['value'] === 'node:process' || node['value'] === 'process'
    const isMember = node.type === 'MemberExpression'
    return isMember && nameOf(node['object']) === 'process' && nameOf(node['property']) === 'env'
  })
}

function nameOf(node: unknown): unknown {
  return (node as { readonly name?: unknown }).name
}
