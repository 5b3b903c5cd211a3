import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { atBest } from '../support/at-best.ts'
import { type Job, startJob, startProgram } from '../support/process.ts'
import { eventually, getJson } from '../support/service.ts'
import { type CompatibilityRow, pageOf } from '../support/wire.ts'

const READY_WITHIN_MS = 10_000
/** It is written in the background, after everybody else. */
const PAST_WITHIN_MS = 400_000
const WSOL = 'So11111111111111111111111111111111111111112'
const FIRST_KEYS = [
  'token_address',
  'token_name',
  'token_ticker',
  'price_sol',
  'market_cap_sol',
  'volume_sol',
  'liquidity_sol',
  'transaction_count',
  'price_1hr_change',
  'protocol',
]

interface Attention {
  readonly correlation: { readonly strongest: { readonly taps_lead_by: number } | null }
}
interface Analytics {
  readonly data: readonly { readonly total_count: string }[]
}

const shell = (command: string) => promisify(execFile)('sh', ['-c', command], { encoding: 'utf8' })

describe('npm run demo', () => {
  let demo: Job
  let url: string
  let readyMs: number
  beforeAll(async () => {
    readyMs = await atBest(READY_WITHIN_MS, async () => {
      await demo?.[Symbol.asyncDispose]()
      const startedMs = performance.now()
      // Port 3000 may be taken where tests run; a newcomer would set nothing.
      demo = startJob(['npm', 'run', 'demo'], { PORT: '0' })
      const [, said = ''] = await demo.said(/ready at (http:\/\/[\w.:]+)/)
      url = said
      return performance.now() - startedMs
    })
    await demo.said(/Ctrl-C/)
  })
  afterAll(() => demo?.[Symbol.asyncDispose]())

  const commandWith = (path: string) =>
    (demo.output().match(/^ *curl .*$/gm) ?? []).find((line) => line.includes(path)) ?? ''
  const tapsToday = async (): Promise<number> => {
    const { data } = JSON.parse((await shell(`${commandWith('/v1/api/tap/analytics')} --silent`)).stdout) as Analytics
    return Number(data.at(-1)?.total_count)
  }

  test('is ready within ten seconds', async () => {
    expect(readyMs).toBeLessThan(READY_WITHIN_MS)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
  })

  test('says that everything in it is made up', () => {
    expect(demo.output()).toMatch(/made up/)
  })

  test('lists tokens with the ten keys that clients of the earlier service know, in their order', async () => {
    const rows = await eventually(
      async () => (await getJson(`${url}/api/tokens?q=SOL`)).body as readonly CompatibilityRow[],
      ({ length }) => length >= 5,
    )
    for (const row of rows) expect(Object.keys(row).slice(0, 10)).toEqual(FIRST_KEYS)
    const wsol = rows.find((row) => row.token_address === WSOL)
    expect(wsol).toMatchObject({ price_sol: 1, token_ticker: 'SOL', network: 'solana' })
    expect(rows.filter(({ price_sol: priceSol }) => priceSol !== null && !(priceSol > 0))).toEqual([])
  })

  test('shows its three sources well', async () => {
    const { snapshot } = await eventually(
      () => pageOf(url),
      ({ snapshot: { sources } }) => sources.every(({ ok }) => ok),
    )
    expect(snapshot.sources.map(({ name }) => name)).toEqual(['dexscreener', 'jupiter', 'geckoterminal'])
  })

  test('prints commands that work as they are printed', async () => {
    const commands = demo.output().match(/^ *curl .*$/gm) ?? []
    expect(commands).toHaveLength(5)
    for (const command of commands) {
      const { stdout } = await shell(`${command} --silent --show-error --fail`)
      expect(JSON.parse(stdout), command).toBeTypeOf('object')
    }
  })

  test('prints a key for each of three teams, which is good for their taps', async () => {
    const keys = demo.output().match(/^ +\w+ \w+ +ttap_live_\w+$/gm) ?? []
    expect(keys).toHaveLength(3)
    for (const line of keys) {
      const headers = { 'x-api-key': line.trim().split(/ +/).at(-1) ?? '' }
      const tags = (await (await fetch(`${url}/v1/tags`, { headers })).json()) as { readonly data: readonly unknown[] }
      expect(tags.data).toHaveLength(4)
    }
  })

  test(
    'has a million taps, those of one tag three hours before its token, and they go on',
    async () => {
      const [, taps = ''] = await demo.said(/simulated past now: (\d+) taps/)
      expect(Number(taps)).toBeGreaterThan(900_000)
      await demo.said(/simulated past now: \d+ days/)
      const attention = commandWith('/v1/attention')
      const { correlation } = JSON.parse((await shell(`${attention} --silent`)).stdout) as Attention
      expect(correlation.strongest?.taps_lead_by).toBe(3)
      const before = await tapsToday()
      // Each question takes one of the hundred that the key has.
      await eventually(
        () => pause(1_000).then(tapsToday),
        (now) => now > before,
      )
    },
    PAST_WITHIN_MS,
  )

  test('has a page of documentation where it says so', async () => {
    expect(demo.output()).toContain(`${url}/docs`)
    expect((await fetch(`${url}/docs`)).headers.get('content-type')).toContain('text/html')
  })

  test(
    'has 90 days of simulated history, and says that it is simulated',
    async () => {
      const path = `/v1/tokens/solana/${WSOL}/candles?interval=1d&limit=100`
      await eventually(
        async () => ((await getJson(url + path)).body as { data?: unknown[] }).data?.length ?? 0,
        (days) => days >= 90,
        PAST_WITHIN_MS,
      )
      expect(demo.output()).toContain('simulated')
      const { data } = await eventually(
        () => pageOf(url, '/v1/tokens?limit=250&include=spark'),
        (page) => page.data.some((row) => row.address === WSOL && row.change_pct['7d'] !== null && row.spark != null),
      )
      expect(data.find((row) => row.address === WSOL)?.spark).toHaveLength(24)
    },
    PAST_WITHIN_MS,
  )

  test('ends with Ctrl-C and leaves nothing behind', async () => {
    demo.ctrlC()
    await demo.ended
    await eventually(
      () => fetch(url).then(String, () => 'refused'),
      (answer) => answer === 'refused',
    )
  })

  test('without npm around it ends with 0, and its history with it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tickertap-test-'))
    await using alone = startProgram([process.execPath, 'simulator/demo.ts'], { PORT: '0', TMPDIR: folder })
    await alone.said(/Ctrl-C/)
    expect(readdirSync(folder)).toHaveLength(1)
    alone.signal('SIGINT')
    expect(await alone.ended).toBe(0)
    expect(readdirSync(folder)).toEqual([])
    rmdirSync(folder)
  })
})
