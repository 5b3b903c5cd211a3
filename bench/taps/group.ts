import type { GroupReport } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { type Engine, embeddedEngine, postgresEngine } from '../history/engines.ts'
import { knownQuestions, randomQuestions } from './asking.ts'
import { loadTaps, TAGS, TEAMS, tapStoreOn } from './data.ts'
import { ingest } from './ingest.ts'
import type { Part } from './report.ts'

const TAPS = 1_000_000

/** Questions about taps, and writing them, on each engine that there is. */
export async function tapsGroup(settings: Settings): Promise<GroupReport> {
  const server = process.env['BENCH_DATABASE_URL']
  const taps = Number(process.env['BENCH_TAPS'] ?? TAPS)
  if (!Number.isInteger(taps) || taps < 1) throw new RangeError('BENCH_TAPS is a whole number.')
  const parts: Part[] = [await measured('embedded', { open: embeddedEngine, taps }, settings)]
  if (server) parts.push(await measured('PostgreSQL', { open: () => postgresEngine(server), taps }, settings))
  return {
    title: `Taps: ${taps.toLocaleString('en-US')} of ${TAGS} tags and ${TEAMS} teams in three years; medians`,
    columns: ['', 'ours', 'p99', 'the other way', 'ratio'],
    rows: parts.flatMap(({ rows }) => rows),
    judged: parts.flatMap(({ judged }) => judged),
    notes: [
      'By month: of the team with most taps, against joining all its taps with their tags. Asked again: against counting.',
      'Writing: 100 taps a transaction; the other way has the rows, with or without the ids of events, and nothing that counts them.',
      ...(server ? [] : ['PostgreSQL was left out: BENCH_DATABASE_URL is not set.']),
    ],
  }
}

interface Loading {
  readonly open: () => Promise<Engine>
  readonly taps: number
}

async function measured(name: 'embedded' | 'PostgreSQL', { open, taps }: Loading, settings: Settings): Promise<Part> {
  const { db, close } = await open()
  const store = tapStoreOn(db)
  try {
    settings.progress(`${name}: loading ${taps} taps`)
    await loadTaps(db, store, taps)
    const bench = { name, db, store, taps }
    const parts = [
      await randomQuestions(bench, settings),
      await knownQuestions(bench, settings),
      await ingest(bench, settings),
    ]
    return { rows: parts.flatMap(({ rows }) => rows), judged: parts.flatMap(({ judged }) => judged) }
  } finally {
    await store.close()
    await close()
  }
}
