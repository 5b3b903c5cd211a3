import type { Settings } from '../harness/settings.ts'
import { median } from '../harness/statistics.ts'
import { judge, TARGETS, type Target } from '../harness/targets.ts'
import { randomly } from '../history/data.ts'
import { END_MS, HEAVIEST, loadPlainTaps } from './data.ts'
import { allYears, instantOf, ourCounts, type Question, serviceOn, someQuestion, theirCounts } from './questions.ts'
import { type Bench, MANY_TAPS, type Part, percentile, timed } from './report.ts'

const DAY_MS = 86_400_000
const WARM_UPS = 50
const QUESTIONS_A_ROUND = 200
const REPEATS_A_ROUND = 20
/** The embedded engine takes many minutes to bring more into the tables of the other way. */
const PLAIN_EMBEDDED_MAX = 1_000_000

/** Questions of any kind, each asked for the first time. */
export async function randomQuestions({ name, store, taps }: Bench, { rounds, progress }: Settings): Promise<Part> {
  const random = randomly(11)
  const service = serviceOn(store)
  const spent: { readonly interval: string; readonly ms: number }[] = []
  for (let i = -WARM_UPS; i < rounds * QUESTIONS_A_ROUND; i += 1) {
    if (i % QUESTIONS_A_ROUND === 0) progress(`${name}: random questions, ${i}`)
    const question = someQuestion(random)
    const [, ms] = await timed(() => ourCounts(service, question))
    if (i >= 0) spent.push({ interval: question.interval, ms })
  }
  const row = (what: string, times: readonly number[]) =>
    [`${name}: ${what}`, median(times), percentile(times, 0.99), '', ''] as const
  const all = spent.map(({ ms }) => ms)
  const each = [...Map.groupBy(spent, ({ interval }) => interval)].map(([interval, some]) =>
    row(
      `  of these by ${interval}`,
      some.map(({ ms }) => ms),
    ),
  )
  return {
    rows: [row('random questions, ms', all), ...each],
    judged: [judge(named(TARGETS.tapQuestions, name, taps), percentile(all, 0.99))],
  }
}

/** Three years by month, against the join of the rows, and the same with an answer that is known already. */
export async function knownQuestions(bench: Bench, settings: Settings): Promise<Part> {
  const { name, db, taps } = bench
  const again = await askedAgain(bench, settings)
  if (name === 'embedded' && taps > PLAIN_EMBEDDED_MAX) return again
  settings.progress(`${name}: loading the tables of the other way`)
  await loadPlainTaps(db)
  const target = taps >= MANY_TAPS && name !== 'embedded' ? TARGETS.tapMonthsMany : TARGETS.tapMonths
  const parts: Part[] = [again]
  for (const zone of ['UTC', 'America/New_York']) {
    settings.progress(`${name}: three years by month, ${zone}`)
    parts.push(await months(bench, settings, { zone, target }))
  }
  return { rows: parts.flatMap(({ rows }) => rows), judged: parts.flatMap(({ judged }) => judged) }
}

async function months(
  { name, db, store, taps }: Bench,
  { rounds }: Settings,
  { zone, target }: { readonly zone: string; readonly target: Target },
): Promise<Part> {
  const question = allYears(HEAVIEST, 'month', zone)
  const [our, their] = [[], []] as [number[], number[]]
  for (let i = -1; i < rounds; i += 1) {
    for (let n = 0; n < REPEATS_A_ROUND; n += 1) {
      // A service that has not been asked anything yet: it keeps no answer.
      const service = serviceOn(store)
      our.push((await timed(() => ourCounts(service, question)))[1])
    }
    const [found, ms] = await timed(() => theirCounts(db, question))
    if (found !== (await ourCounts(serviceOn(store), question))) throw new Error('The two ways count differently.')
    their.push(ms)
    if (i < 0) our.length = their.length = 0
  }
  const ratio = median(their) / median(our)
  return {
    rows: [[`${name}: 3 years by month, ${zone}, ms`, median(our), percentile(our, 0.99), median(their), ratio]],
    judged: [judge(named(target, `${name}, ${zone}`, taps), ratio)],
  }
}

/** Counted anew, and counted before with nothing written since. */
async function askedAgain({ name, store }: Bench, { rounds, progress }: Settings): Promise<Part> {
  progress(`${name}: asked again`)
  const question: Question = {
    ...allYears(HEAVIEST, 'hour', 'America/New_York'),
    from: instantOf(END_MS - 365 * DAY_MS),
  }
  const known = serviceOn(store)
  await ourCounts(known, question)
  const [kept, anew] = [[], []] as [number[], number[]]
  for (let n = 0; n < rounds * REPEATS_A_ROUND; n += 1) {
    kept.push((await timed(() => ourCounts(known, question)))[1])
    const fresh = serviceOn(store)
    anew.push((await timed(() => ourCounts(fresh, question)))[1])
  }
  const ratio = median(anew) / median(kept)
  return {
    rows: [[`${name}: a year by hour, asked again, ms`, median(kept), percentile(kept, 0.99), median(anew), ratio]],
    judged: [],
  }
}

function named(target: Target, name: string, taps: number): Target {
  return { ...target, what: `${target.what}, ${name}, ${taps / 1e6}M` }
}
