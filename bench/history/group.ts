import { systemClock } from '../../src/adapters/clock/system.ts'
import { priceService } from '../../src/app/usecases/prices/prices.ts'
import type { GroupReport } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { median } from '../harness/statistics.ts'
import { type Judged, judge, TARGETS } from '../harness/targets.ts'
import { coinDays, MINUTE_MS, randomly, tokenMinutes } from './data.ts'
import { type Engine, embeddedEngine, postgresEngine } from './engines.ts'
import { ourDashboard, ourYearOfHours, someDay, theirDashboard, theirYearOfHours } from './questions.ts'

const COINS = 100
const DAYS = 400
/** What the tables hold the second time, in as many times the days. */
const MORE = 10
const YEAR_MINUTES = 365 * 1440

/** Dashboards, candles and imports, on each engine that there is, with little data and with ten times as much. */
export async function historyGroup({ rounds, progress }: Settings): Promise<GroupReport> {
  const server = process.env['BENCH_DATABASE_URL']
  const engines = [embeddedEngine, ...(server ? [() => postgresEngine(server)] : [])]
  const reports: EngineReport[] = []
  for (const open of engines) reports.push(await measured(open, rounds, progress))
  return {
    title: `History: ${COINS} coins, medians of ${rounds * 4} questions, in ms`,
    columns: ['', 'ours', 'the other way', 'ratio'],
    rows: reports.flatMap(({ rows }) => rows),
    judged: reports.flatMap(({ judged }) => judged),
    notes: [
      'Dashboards: one statement, against one SELECT of 31 rows for each coin. Hours: kept hours, against a sum over the minutes.',
      ...(server ? [] : ['PostgreSQL was left out: BENCH_DATABASE_URL is not set.']),
    ],
  }
}

interface EngineReport {
  readonly rows: GroupReport['rows']
  readonly judged: readonly Judged[]
}

async function measured(
  open: () => Promise<Engine>,
  rounds: number,
  progress: Settings['progress'],
): Promise<EngineReport> {
  const engine = await open()
  const { name, store, db } = engine
  const rows: (readonly (string | number)[])[] = []
  const judged: Judged[] = []
  const random = randomly(1)
  const pair = async (what: string, ours: () => Promise<number>, theirs: () => Promise<number>) => {
    progress(`${name}: ${what}`)
    const [our, their] = await inTurns(rounds * 4, ours, theirs)
    rows.push([`${name}: ${what}`, our, their, their / our])
    return their / our
  }
  try {
    for (const days of [DAYS, DAYS * MORE]) {
      progress(`${name}: importing ${COINS * days} days`)
      rows.push([`${name}: import of ${COINS * days} days, rows/s`, await importRate(engine, days), '', ''])
      let dayMs = 0
      const ratio = await pair(
        `dashboard, ${days} days each`,
        () => {
          dayMs = someDay(random, days)
          return ourDashboard(store, dayMs)
        },
        () => theirDashboard(db, dayMs),
      )
      judged.push(judge({ ...TARGETS.dashboard, what: `${TARGETS.dashboard.what}, ${name}, ${days} days` }, ratio))
    }
    progress(`${name}: a year of minutes`)
    rows.push([`${name}: recording minutes, rows/s`, await recordRate(engine), '', ''])
    const prices = priceService({ store, clock: systemClock() })
    await pair(
      'hours of a year of minutes',
      () => ourYearOfHours(prices),
      () => theirYearOfHours(db),
    )
    return { rows, judged }
  } finally {
    await engine.close()
  }
}

/** Medians in milliseconds. @throws Error when the two ways find different things */
async function inTurns(
  times: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<[number, number]> {
  const spent: [number[], number[]] = [[], []]
  for (let i = -2; i < times; i++) {
    const [our, ourMs] = await timed(ours)
    const [their, theirMs] = await timed(theirs)
    if (our !== their) throw new Error(`${our} rows one way, ${their} the other`)
    if (i < 0) continue
    spent[0].push(ourMs)
    spent[1].push(theirMs)
  }
  return [median(spent[0]), median(spent[1])]
}

async function timed<T>(run: () => Promise<T>): Promise<[T, number]> {
  const startMs = performance.now()
  const result = await run()
  return [result, performance.now() - startMs]
}

async function importRate({ store }: Engine, days: number): Promise<number> {
  const [{ inserted, unchanged }, ms] = await timed(() => store.importDays(coinDays(COINS, days), Date.now()))
  return ((inserted + unchanged) / ms) * 1000
}

async function recordRate({ store }: Engine): Promise<number> {
  const [, ms] = await timed(async () => {
    for (const batch of tokenMinutes(YEAR_MINUTES)) await store.backfillMinutes(batch, Date.now() - MINUTE_MS)
  })
  return (YEAR_MINUTES / ms) * 1000
}
