/**
 * `npm run chaos:queries`: random questions about random taps, each answered by the use case that answers clients, and once
 * more by plain SQL over the rows of taps. Meanwhile taps come late, and are moved to where they are counted now and then; some
 * questions are asked again, which may be answered from what was kept. Prints the figures as JSON, and ends with 1 when a
 * bucket differs.
 *
 *   --questions N (10000)   --taps N (200000)   --seed N (1)   --postgres: on a server of its own
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { randomOf } from '../../simulator/random.ts'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { composeTaps } from '../../src/app/compose-taps.ts'
import { ServiceError } from '../../src/domain/errors.ts'
import type { TapCounts, TapService } from '../../src/ports/taps.ts'
import { memoryLog } from '../support/log.ts'
import { startPostgres } from '../support/postgres.ts'
import { embeddedStore, newEngineFolder, postgresStore, type StoreForTests, tempFolder } from '../support/stores.ts'
import { differences } from './tap-queries-comparing.ts'
import { type Asked, someQuestion, whenOf } from './tap-queries-questions.ts'
import { NOW_MS, TAGS_EACH, type Tapping, TEAMS, tagOf, tapping, unfolded } from './tap-queries-taps.ts'
import { namesOf, truthOf } from './tap-queries-truth.ts'

const { values } = parseArgs({
  options: {
    questions: { type: 'string', default: '10000' },
    taps: { type: 'string', default: '200000' },
    seed: { type: 'string', default: '1' },
    postgres: { type: 'boolean', default: false },
  },
})
const [questions = 0, taps = 0, seed = 0] = [values.questions, values.taps, values.seed].map(Number)
/** Of all taps these are not moved to where they are counted before the first question. */
const LATE = 0.02
const LATE_EVERY = 50
const LATE_TAPS = 20
const FOLD_EVERY = 400
/** Of the questions these were asked before. */
const AGAIN = 0.1
const EXAMPLES = 10
const TRIES = 5
const PAUSE_MS = 500
let outOfTime = 0

const { store, stop } = await opened()
try {
  const figures = await run(store)
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
  process.exitCode = figures.differences === 0 ? 0 : 1
} finally {
  await stop()
}

async function opened(): Promise<{ readonly store: StoreForTests; stop(): Promise<void> }> {
  if (values.postgres) {
    const server = await startPostgres()
    const store = postgresStore(server.newDatabase())
    return { store, stop: () => store.close().finally(server.stop) }
  }
  const folder = await tempFolder()
  const store = embeddedStore(await newEngineFolder(join(folder.path, 'prices')))
  return { store, stop: () => store.close().finally(folder.remove) }
}

async function run(opened: StoreForTests) {
  await opened.opening.first()
  const random = randomOf('tap queries', seed).next
  const hand = await tapping(opened, random)
  const times = await tapped(hand, opened)
  const unfoldedAtFirst = await unfolded(opened.db)
  const service = serviceOf(opened)
  const told: { readonly asked: Asked; readonly difference: string }[] = []
  const asked: Asked[] = []
  let [buckets, again, wrong] = [0, 0, 0]
  const beganMs = performance.now()
  for (let n = 1; n <= questions; n += 1) {
    if (n % LATE_EVERY === 0) times.push(...(await hand.tap(LATE_TAPS)))
    if (n % FOLD_EVERY === 0) await hand.fold()
    const isOld = asked.length > 0 && random() < AGAIN
    const old = asked[Math.floor(random() * asked.length)]
    const question = isOld && old !== undefined ? old : someQuestion(random, times)
    if (isOld) again += 1
    else asked.push(question)
    const compared = await judged(opened, service, question)
    buckets += compared.cells
    wrong += compared.found.length
    told.push(...compared.found.map((difference) => ({ asked: question, difference })).slice(0, EXAMPLES - told.length))
    if (n % 500 === 0) process.stderr.write(`${n} questions, ${buckets} buckets, ${wrong} differences\n`)
  }
  return {
    engine: values.postgres ? 'postgresql' : 'embedded',
    seed,
    taps: times.length,
    unfoldedAtFirst,
    questions,
    askedAgain: again,
    outOfTime,
    bucketsCompared: buckets,
    differences: wrong,
    examples: told,
    seconds: Math.round((performance.now() - beganMs) / 1000),
  }
}

/** Most of them are counted in the tables; then one tag of each team is removed, and some more come late. */
async function tapped(hand: Tapping, { taps: store }: StoreForTests): Promise<number[]> {
  const times = [...(await hand.tap(Math.ceil(taps * (1 - LATE))))]
  await hand.fold()
  times.push(...(await hand.tap(Math.floor(taps * LATE))))
  for (const team of TEAMS) await store.removeTag(team, tagOf(team, TAGS_EACH - 1))
  return times
}

function serviceOf({ taps: store }: StoreForTests): TapService {
  const prices = { candles: () => Promise.reject(new Error('Nobody asks for prices here.')) }
  const clock = { ...systemClock(), nowMs: () => NOW_MS }
  return composeTaps({ store, prices, clock, log: memoryLog() }).service
}

async function judged({ db }: StoreForTests, service: TapService, asked: Asked) {
  try {
    const answer = await answerOf(service, asked)
    const [truth, names] = [await truthOf(db, asked), await namesOf(db, asked, answer)]
    return { cells: cellsOf(answer), found: differences(asked, answer, truth, names) }
  } catch (error) {
    return { cells: 0, found: [`not answered: ${error instanceof Error ? error.message : error}`] }
  }
}

/** A machine that is busy may let a question run out of time: it is asked again, and that is counted. */
async function answerOf(service: TapService, asked: Asked, tries = TRIES): Promise<TapCounts> {
  try {
    return await service.analytics(asked.team, { ...asked, from: whenOf(asked.from), to: whenOf(asked.to) })
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'taps_unavailable' || tries === 1) throw error
    outOfTime += 1
    await pause(PAUSE_MS)
    return answerOf(service, asked, tries - 1)
  }
}

function cellsOf({ buckets, byTag }: TapCounts): number {
  return buckets.length * (1 + (byTag?.length ?? 0))
}
