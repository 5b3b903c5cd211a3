import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { CHECKOUT } from '../support/checkout.ts'
import { startProgram } from '../support/process.ts'

const root = mkdtempSync(join(tmpdir(), 'tickertap-import-taps-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const PROGRAM = join(CHECKOUT, 'src/app/cli.ts')
// Each run of the program starts a database engine, and many of them follow each other here.
const PATIENCE_MS = 300_000
const ROWS = 24_000
const UIDS = ['9007199254740993', '9007199254740995']

function fileOf(name: string, lines: readonly string[]): string {
  const path = join(root, name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

const TAGS = fileOf('tags.csv', ['created_at,tag_uid,team_id', ...UIDS.map((uid, i) => `2022-06-01,${uid},${i + 1}`)])
const rowOf = (id: number) => `${id},${UIDS[id % 2]},1,${new Date(Date.UTC(2022, 6, 1) + id * 60_000).toISOString()}`
const HEADER = 'id,tag_uid,count,created_at'
const TAPS = fileOf('taps.csv', [HEADER, ...Array.from({ length: ROWS }, (_, id) => rowOf(id + 1))])

function cli(folder: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'import', 'taps', ...args], {
    cwd: root,
    env: { DATA_DIR: join(root, folder) },
    encoding: 'utf8',
  })
  return { status, stderr, lines: stdout.trimEnd().split('\n') }
}

describe('an import of taps into the embedded storage', { timeout: PATIENCE_MS }, () => {
  test('takes what is good, says what is not, and shows each key once', () => {
    const rows = [rowOf(1), `2,404,1,2022-07-01`, `3,${UIDS[0]},none,2022-07-01`, rowOf(4)]
    const mixed = fileOf('mixed.csv', [HEADER, ...rows])
    const key = expect.stringMatching(/^team [12]: ttap_live_\w{49}$/)
    expect(cli('mixed', '--tags', TAGS, '--taps', mixed)).toEqual({
      status: 0,
      stderr: '',
      lines: [
        key,
        key,
        `taken    ${TAGS}: 2 rows, inserted 2, unchanged 0, rejected 0`,
        `rejected ${mixed}: line 3: there is no tag 404`,
        `rejected ${mixed}: line 4: count "none" is no whole number from 1 to 1000000`,
        `taken    ${mixed}: 4 rows, inserted 2, unchanged 0, rejected 2`,
        'inserted 2, updated 0, unchanged 0, rejected 2',
      ],
    })
    const again = cli('mixed', '--tags', TAGS, '--taps', mixed)
    expect(again.lines.filter((line) => line.includes('ttap_live_'))).toEqual([])
    expect(again.lines.at(-1)).toBe('inserted 0, updated 0, unchanged 2, rejected 2')
    expect(cli('mixed', '--tags', TAGS).lines.at(-1)).toBe('inserted 0, updated 0, unchanged 2, rejected 0')
  })

  test('writes nothing of a file that breaks off, and ends with 1', () => {
    const broken = fileOf('broken.csv', [HEADER, rowOf(1), `"2,${UIDS[0]},1,2022-07-01`])
    const refused = cli('broken', '--tags', TAGS, '--taps', broken)
    expect(refused.status).toBe(1)
    expect(refused.lines.at(-2)).toMatch(/^refused {2}.*broken\.csv: line 3: .*quote/)
    expect(refused.lines.at(-1)).toMatch(/^inserted 0, updated 0, unchanged 0, rejected \d$/)
    expect(cli('broken', '--taps', TAPS).lines.at(-1)).toBe(`inserted ${ROWS}, updated 0, unchanged 0, rejected 0`)
  })

  test('that nothing was named for is told how', () => {
    const nothing = cli('nothing')
    expect(nothing.status).toBe(2)
    expect(nothing.stderr).toContain('--tags')
  })

  test('that is killed again and again counts every tap once', async () => {
    for (const ms of [0, 250, 500, 1_000]) {
      const command = [process.execPath, PROGRAM, 'import', 'taps', '--tags', TAGS, '--taps', TAPS]
      await using program = startProgram(command, { DATA_DIR: join(root, 'killed') })
      // From the second time on there is no key to be shown.
      await program.said(/taken .*tags\.csv/)
      const timer = setTimeout(() => program.signal('SIGKILL'), ms)
      await program.ended
      clearTimeout(timer)
    }
    const [, inserted = '', unchanged = ''] =
      /^inserted (\d+), updated 0, unchanged (\d+), rejected 0$/.exec(
        cli('killed', '--taps', TAPS).lines.at(-1) ?? '',
      ) ?? []
    expect(Number(inserted) + Number(unchanged)).toBe(ROWS)
    expect(cli('killed', '--taps', TAPS).lines.at(-1)).toBe(`inserted 0, updated 0, unchanged ${ROWS}, rejected 0`)
  })
})
