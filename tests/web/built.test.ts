import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHECKOUT } from '../support/checkout.ts'

const SCRIPT_BYTES_MAX = 35 * 1024
const STYLE_BYTES_MAX = 6 * 1024
/** Of all that is loaded when a token is opened, and not before. */
const LATER_BYTES_MAX = 60 * 1024
const folder = mkdtempSync(join(tmpdir(), 'tickertap-web-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the built page', () => {
  beforeAll(async () => {
    const configFile = join(CHECKOUT, 'vite.config.ts')
    await build({ configFile, root: join(CHECKOUT, 'web'), logLevel: 'silent', build: { outDir: folder } })
  })
  const files = () => readdirSync(join(folder, 'assets'))
  const html = () => readFileSync(join(folder, 'index.html'), 'utf8')
  const isFirst = (name: string) => html().includes(name)
  const zippedBytes = (isCounted: (name: string) => boolean) =>
    files()
      .filter(isCounted)
      .map((name) => gzipSync(readFileSync(join(folder, 'assets', name)), { level: 9 }).byteLength)
      .reduce((sum, bytes) => sum + bytes, 0)

  test('is small enough to be there at once on a phone', () => {
    const scriptBytes = zippedBytes((name) => name.endsWith('.js') && isFirst(name))
    expect(scriptBytes).toBeGreaterThan(5_000)
    expect(scriptBytes).toBeLessThanOrEqual(SCRIPT_BYTES_MAX)
    expect(zippedBytes((name) => name.endsWith('.css'))).toBeLessThanOrEqual(STYLE_BYTES_MAX)
  })

  test('brings what shows one token when the first one is opened', () => {
    const laterBytes = zippedBytes((name) => name.endsWith('.js') && !isFirst(name))
    expect(laterBytes).toBeGreaterThan(2_000)
    expect(laterBytes).toBeLessThanOrEqual(LATER_BYTES_MAX)
  })

  test('has a name with a hash for every file, so that each may be kept for ever', () => {
    expect(files().length).toBeGreaterThanOrEqual(3)
    for (const name of files()) expect(name).toMatch(/^[\w-]+-[\w-]{8}\.(js|css|svg)$/)
  })

  test('has no script, style or address of another host in it', () => {
    expect(html()).not.toMatch(/<style|\sstyle=|<script(?![^>]*\ssrc=)|https?:/)
  })
})
