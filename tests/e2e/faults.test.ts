import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FAULT_MODE_NAMES, type FaultMode } from '../../simulator/fault-modes.ts'
import { type Composed, startComposed } from '../support/composed.ts'
import { quickClock } from '../support/quick-clock.ts'
import {
  eventually,
  QUICK,
  type ServiceProcess,
  simulated,
  startService,
  untilReady,
  upstreams,
} from '../support/service.ts'
import { type Page, pageOf, type SourceEntry } from '../support/wire.ts'

const SOURCES = ['dexscreener', 'jupiter', 'geckoterminal'] as const
type Source = (typeof SOURCES)[number]

/** Ten seconds of the service's life in one of ours: circuits open for 15 s, and every mode may open one. */
const TIMES_AS_FAST = 10
const SETTINGS = { ...QUICK, WATCH: 'SOL,USDC', UPSTREAM_TIMEOUT_MS: '8000' }
/** `slow` is slower than any answer may take, `drip` never ends in time, `retry_after` is 3 s. */
const MS: { readonly [Mode in FaultMode]?: number } = { slow: 20_000, drip: 100, retry_after: 3_000 }
/** Costs the simulator so much that three of them on a quickened clock would be late with honest answers too. */
const HEAVY: ReadonlySet<FaultMode> = new Set(['nesting', 'gzip_bomb', 'endless'])
/** No price may move further, as a fraction. */
const MOVE_MAX = 0.005

/** What the source's entry may say. None: it answers, and its lies are outvoted. */
const REASONS = {
  status: ['http_error'],
  retry_after: ['rate_limited'],
  hang: ['timeout'],
  slow: ['timeout'],
  drip: ['timeout'],
  html: ['not_json'],
  truncated: ['not_json'],
  empty: ['not_json'],
  no_rows: ['empty'],
  null: ['bad_body', 'empty'],
  wrong_types: ['bad_body', 'empty'],
  nan: ['empty'],
  negative: ['empty'],
  zero: ['empty'],
  huge: ['empty'],
  outlier: [],
  old_stamp: [],
  future_stamp: [],
  duplicate_keys: [],
  proto: [],
  nesting: ['bad_body', 'empty'],
  gzip_bomb: ['too_large', 'timeout'],
  endless: ['too_large'],
  redirect_private: ['redirect'],
  redirect_loop: ['redirect'],
  crlf: [],
  formula: [],
  reset: ['network'],
  freeze: [],
} as const satisfies Record<FaultMode, readonly string[]>

/** A market that stands still, a service that reads it, and the source that misbehaves there. */
interface Stage {
  readonly bad: Source
  readonly simulator: Awaited<ReturnType<typeof simulated>>
  readonly service: Composed
  /** Of each token that all sources price: the price published, and the prices said, while all was well. */
  readonly before: ReadonlyMap<string, { readonly priceUsd: number; readonly said: readonly number[] }>
}

async function stageWith(bad: Source): Promise<Stage> {
  const simulator = await simulated({ tokens: 60, tickMs: null })
  const service = startComposed({ ...upstreams(simulator.urls), ...SETTINGS }, quickClock(TIMES_AS_FAST))
  await eventually(
    async () => (await service.get('/v1/tokens')).status,
    (status) => status === 200,
  )
  const heard = await eventually(
    () => heardByAll(service),
    (all) => all.size >= 12,
  )
  return { bad, simulator, service, before: heard }
}

async function heardByAll(service: Composed): Promise<Stage['before']> {
  const known = new Map<string, { priceUsd: number; said: number[] }>()
  for (const row of (await service.page()).data) {
    const response = await service.get(`/v1/tokens/${row.network}/${row.address}/explain`)
    const { steps } = (await response.json()) as { steps: { sources: { price_usd: number }[] } }
    const said = steps.sources.map(({ price_usd }) => price_usd)
    if (row.price_usd !== null && said.length === SOURCES.length) known.set(row.id, { priceUsd: row.price_usd, said })
  }
  return known
}

const entryOf = ({ snapshot }: Page, source: Source): SourceEntry | undefined =>
  snapshot.sources.find(({ name }) => name === source)

/** Looks at the board again and again while the source misbehaves, until its entry tells or its lies were heard. */
async function watch({ service, simulator, bad }: Stage, mode: FaultMode): Promise<Page[]> {
  const pages: Page[] = []
  const askedBefore = simulator.hits()[bad]
  const isTold = (page: Page) => entryOf(page, bad)?.ok === false
  const isHeard = () => simulator.hits()[bad] >= askedBefore + 4
  const look = async () => {
    const page = await service.page()
    pages.push(page)
    return REASONS[mode].length > 0 ? isTold(page) : isHeard()
  }
  await eventually(look, (done) => done)
  // What was heard last is on the board after one more round.
  const { seq } = pages.at(-1)?.snapshot ?? { seq: 0 }
  await eventually(look, () => (pages.at(-1)?.snapshot.seq ?? 0) > seq + 1)
  return pages
}

/** Ends the fault. @returns the board once the source is well again and nothing asked before can still fail */
async function recovered({ simulator, service, bad }: Stage): Promise<Page> {
  simulator.fault({ source: bad, mode: 'ok' })
  // A round asks no more than five times, and begins only when everything asked in the last one has ended.
  const settledAt = simulator.hits()[bad] + 2 * 5
  return eventually(
    () => service.page(),
    (page) => entryOf(page, bad)?.ok === true && simulator.hits()[bad] > settledAt,
  )
}

async function misbehave(stage: Stage, mode: FaultMode): Promise<void> {
  const { simulator, bad } = stage
  const ms = MS[mode]
  simulator.fault({ source: bad, mode, ...(ms !== undefined && { ms }) })
  const pages = await watch(stage, mode)
  const well = await recovered(stage)
  for (const page of pages) {
    expectPricesKept(stage, page)
    expectOnlyItsEntryChanged(stage, mode, page)
    // Whatever a label brings, no control character passes.
    expect(page.data.filter(({ name, symbol }) => /\p{Cc}/u.test(`${name}${symbol}`))).toEqual([])
  }
  expectPricesKept(stage, well)
}

function expectPricesKept({ before }: Stage, page: Page): void {
  const kept = page.data.filter(({ id }) => before.has(id))
  expect(kept.length).toBe(before.size)
  for (const { id, price_usd: priceUsd } of kept) {
    const { said, priceUsd: beforeUsd } = before.get(id) ?? { said: [], priceUsd: 0 }
    const [least, most] = [Math.min(...said), Math.max(...said)]
    // Where honest sources themselves are further apart, one of them being silent may show another's price.
    expect(priceUsd, id).toBeGreaterThanOrEqual(least)
    expect(priceUsd, id).toBeLessThanOrEqual(most)
    if (most / least <= 1 + MOVE_MAX) expect(Math.abs((priceUsd ?? 0) / beforeUsd - 1), id).toBeLessThan(MOVE_MAX)
  }
}

function expectOnlyItsEntryChanged({ bad }: Stage, mode: FaultMode, page: Page): void {
  const reasons: readonly string[] = REASONS[mode]
  for (const { name, ok, reason } of page.snapshot.sources) {
    if (name === bad && reasons.length > 0) expect(ok ? 'ok' : reason).toBeOneOf(['ok', ...reasons])
    else expect([name, ok, reason]).toEqual([name, true, undefined])
  }
}

describe('one source of three that misbehaves', () => {
  let stages: readonly Stage[]
  beforeAll(async () => {
    stages = await Promise.all(SOURCES.map(stageWith))
  })
  afterAll(async () => {
    for (const { service, simulator } of stages) {
      await service[Symbol.asyncDispose]()
      await simulator.close()
    }
  })

  test.each(FAULT_MODE_NAMES)('by %s moves no price, changes no entry but its own, and recovers', async (mode) => {
    const play = (stage: Stage) => misbehave(stage, mode)
    if (HEAVY.has(mode)) for (const stage of stages) await play(stage)
    else await Promise.all(stages.map(play))
  })
})

describe('a process', () => {
  const BOMBS = ['gzip_bomb', 'endless', 'nesting', 'drip'] as const
  const THROWERS = ['jupiter', 'geckoterminal'] as const
  const GROWTH_BYTES_MAX = 40e6
  let simulator: Awaited<ReturnType<typeof simulated>>
  let service: ServiceProcess
  beforeAll(async () => {
    simulator = await simulated({ tokens: 60 })
    service = await startService({ ...upstreams(simulator.urls), ...QUICK, UPSTREAM_TIMEOUT_MS: '1000' })
    await untilReady(service.url)
    await allWell(4)
  })
  afterAll(async () => {
    await service[Symbol.asyncDispose]()
    await simulator.close()
  })

  async function allWell(fromSeq = 0): Promise<void> {
    await eventually(
      () => pageOf(service.url),
      ({ snapshot }) => snapshot.seq >= fromSeq && snapshot.sources.every(({ ok }) => ok),
    )
  }

  /** Few enough for the circuit to stay closed, or the next bomb would never be asked for. */
  async function askedThrice(source: Source): Promise<void> {
    const before = simulator.hits()[source]
    await eventually(
      async () => simulator.hits()[source],
      (now) => now >= before + 3,
    )
  }

  describe.skipIf(process.platform !== 'linux')('as Linux counts its memory', () => {
    test.each(BOMBS)('grows by no more than 40 MB while two sources send %s', async (mode) => {
      await forgetPeak(service.pid)
      const before = await statusBytes(service.pid, 'VmRSS')
      for (const source of THROWERS) simulator.fault({ source, mode })
      await Promise.all(THROWERS.map(askedThrice))
      simulator.fault({ source: 'all', mode: 'ok' })
      await allWell()
      expect((await statusBytes(service.pid, 'VmHWM')) - before).toBeLessThan(GROWTH_BYTES_MAX)
    })
  })
})

/** From now on VmHWM is the most it held since now. */
const forgetPeak = (pid: number) => writeFile(`/proc/${pid}/clear_refs`, '5')

async function statusBytes(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024
}
