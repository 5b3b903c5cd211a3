import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHECKOUT } from '../support/checkout.ts'
import { startProgram } from '../support/process.ts'
import { eventually, getJson, QUICK, simulated, startService, untilReady, upstreams } from '../support/service.ts'
import { type Page, pageOf } from '../support/wire.ts'

const folder = mkdtempSync(join(tmpdir(), 'tickertap-tape-'))
const tape = join(folder, 'tape.jsonl')
const KEY = 'a-key-that-is-on-no-tape'
/** Boards as the service answered them while it wrote the tape, by number. */
const shown = new Map<number, Page>()

function replay(...args: readonly string[]) {
  const program = join(CHECKOUT, 'src/app/cli.ts')
  return spawnSync(process.execPath, [program, 'replay', ...args], { cwd: folder, env: {}, encoding: 'utf8' })
}

const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n')

beforeAll(async () => {
  await using simulator = await simulated({ tokens: 80 })
  await using service = await startService({
    ...upstreams(simulator.urls),
    ...QUICK,
    WATCH: 'SOL,USDC,CAT',
    JUPITER_API_KEY: KEY,
    TAPE: tape,
  })
  const see = async () => {
    const page = await pageOf(service.url, '/v1/tokens?limit=250')
    shown.set(page.snapshot.seq, page)
    return page.snapshot
  }
  await untilReady(service.url)
  // What clients ask for changes what is wanted, and of a source that fails the last good answers are heard again.
  await getJson(`${service.url}/v1/tokens?q=DOG`)
  const before = await eventually(see, ({ seq }) => seq >= 3)
  simulator.fault({ source: 'jupiter', mode: 'status' })
  const failing = await eventually(see, ({ seq, sources }) => seq > before.seq && sources.some(({ ok }) => !ok))
  simulator.fault({ source: 'jupiter', mode: 'ok' })
  await eventually(see, ({ seq }) => seq >= failing.seq + 3)
  service.signal('SIGTERM')
  expect(await service.ended).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pagesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Page)

describe('a tape', () => {
  test('gives every board that the service answered again, to the bit', () => {
    const { status, stdout, stderr } = replay(tape, '--format', 'boards')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const replayed = new Map(pagesOf(stdout).map((page) => [page.snapshot.seq, page]))
    expect(shown.size).toBeGreaterThan(5)
    for (const [seq, page] of shown) expect(JSON.stringify(replayed.get(seq))).toBe(JSON.stringify(page))
    expect(replay(tape, '--format', 'boards').stdout).toBe(stdout)
  })

  test('shows the last board, or that of a time, as a table or as the API does', () => {
    const last = pagesOf(replay(tape, '--format', 'json').stdout)
    expect(last).toHaveLength(1)
    const [early] = [...shown.values()]
    const at = early?.snapshot.as_of ?? ''
    expect(pagesOf(replay(tape, '--format', 'json', '--at', at).stdout)).toEqual([early])
    const { stdout } = replay(tape, '--at', at)
    expect(stdout).toMatch(new RegExp(`^board ${early?.snapshot.seq} as of ${at}, ${early?.data.length} tokens`))
    expect(stdout.trimEnd().split('\n')).toHaveLength((early?.data.length ?? 0) + 2)
  })

  test('may be gzipped', () => {
    const packed = join(folder, 'tape.jsonl.gz')
    writeFileSync(packed, gzipSync(readFileSync(tape)))
    expect(replay(packed)).toMatchObject({ status: 0, stdout: replay(tape).stdout })
  })

  test('holds no key and no address of a source, and is for its owner alone', () => {
    const text = readFileSync(tape, 'utf8')
    expect(text).toContain('/tokens/v2/search?query=')
    expect(text).toContain('"failure":"http_error"')
    expect(text).not.toContain(KEY)
    expect(text).not.toContain('127.0.0.1')
    expect(statSync(tape).mode & 0o077).toBe(0)
  })

  test('whose price was altered decides otherwise, which is told', () => {
    const altered = join(folder, 'altered.jsonl')
    const lines = linesOf(tape)
    const at = lines.findIndex((line) => line.includes('"source":"dexscreener"') && line.includes('"priceUsd":"'))
    writeFileSync(altered, lines.with(at, (lines[at] ?? '').replaceAll('"priceUsd":"', '"priceUsd":"1')).join('\n'))
    const { status, stderr } = replay(altered)
    expect(status).toBe(1)
    expect(stderr).toMatch(/^\d+ decisions are not those of then; the first is that of line \d+\.\n$/)
  })

  test('that is damaged is refused with the number of the line', () => {
    const damaged = join(folder, 'damaged.jsonl')
    for (const bad of ['{', '{}', '{"kind":"hearing","atMs":1,"monotonicMs":1}', 'null']) {
      writeFileSync(damaged, linesOf(tape).with(4, bad).join('\n'))
      expect(replay(damaged)).toMatchObject({ status: 1, stderr: 'line 5: this is no line of a tape.\n' })
    }
    writeFileSync(damaged, linesOf(tape).slice(1).join('\n'))
    expect(replay(damaged)).toMatchObject({ status: 1, stderr: 'line 1: a tape begins with a start.\n' })
    writeFileSync(
      damaged,
      linesOf(tape)
        .filter((line) => !line.startsWith('{"kind":"answer"'))
        .join('\n'),
    )
    expect(replay(damaged)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^line \d+: there is no answer \d+ to hear/),
    })
  })

  test('goes on after a process that was killed in the middle of a line', () => {
    const cut = join(folder, 'cut.jsonl')
    writeFileSync(cut, linesOf(tape).join('\n').slice(0, -10))
    const once = replay(cut)
    expect(once).toMatchObject({ status: 0, stderr: expect.stringMatching(/^line \d+ is not whole/) })
    appendFileSync(cut, `\n${readFileSync(tape, 'utf8')}`)
    expect(replay(cut)).toMatchObject({ status: 0, stdout: replay(tape).stdout })
  })

  test('that cannot be written is a wrong setting', async () => {
    await using service = startProgram([process.execPath, 'src/app/main.ts'], { PORT: '0', TAPE: folder })
    expect(await service.ended).toBe(78)
    expect(service.output()).toBe('TAPE: cannot be written (EISDIR)\n')
  })

  test('that is not there, or is asked for wrongly, is told in a line', () => {
    expect(replay(join(folder, 'none'))).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^ENOENT/),
    })
    expect(replay(tape, '--at', '2020-01-01')).toMatchObject({ status: 1, stdout: '' })
    for (const wrong of [['--at', 'noon'], ['--format', 'xml'], [tape]]) {
      expect(replay(tape, ...wrong)).toMatchObject({ status: 2, stdout: '' })
    }
    expect(replay()).toMatchObject({ status: 2, stdout: '' })
    expect(replay('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--format boards') })
  })
})
