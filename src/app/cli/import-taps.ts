import type { TapImportProgress } from '../compose-cli.ts'
import { type Config, readConfig } from '../config.ts'
import { type Command, DONE, FAILED, Interrupted, type Surroundings, UsageError } from './command.ts'
import { totalsText } from './import-report.ts'
import { countRows, eventText, isFailure, noRows, type Rows } from './import-taps-report.ts'
import { stepBars } from './step-bars.ts'

const DETAILS = `Imports tags and taps, tags first. Either file may be left out; a folder stands for the .csv and .zip files in it,
an archive for the .csv files in it. Importing a file again changes nothing.

Files
  CSV in UTF-8, the columns in any order: tags have tag_uid, team_id, created_at, taps id, tag_uid, count, created_at.
  Times are ISO 8601, 2022-06-01T13:45:00Z; without a zone they are UTC. Counts are whole numbers from 1.
  Teams that there are not are created. A tap is known by its id: it is counted once, however often it is imported.
  A file that cannot be read to its end is refused before anything of it is written. A row that cannot be taken is
  rejected with its line; the other rows of the file are taken, ten thousand in each transaction.

Output
  team N: ttap_live_...   the key of a team that had none. It is shown this once: only a digest of it is kept
  One line for each of the first 20 rejected rows of a file, one line per file, and then always, for the taps if there
  are any and otherwise for the tags: inserted N, updated N, unchanged N, rejected N

Exit status
  0 every file was taken, if without its rejected rows; 1 a file was refused, or none of its rows could be taken, or the
  storage failed; 2 wrong usage; 78 wrong configuration; 130 interrupted: what was written stays, and importing the
  files again does the rest

The storage is that of the service: DATABASE_URL, or the folder DATA_DIR, which only one process can use at a time. Stop
a service that uses it first.`

/** Paths by what is in the files. */
interface Paths {
  readonly tags: readonly string[]
  readonly taps: readonly string[]
}

export const importTaps: Command = {
  name: 'import taps',
  usage: '[--tags <file>] [--taps <file>]',
  about: 'imports tags and taps from CSV files, with the teams that they name',
  details: DETAILS,
  options: ['tags', 'taps'],
  least: 0,
  most: 0,
  async run(_, surroundings, { tags, taps }) {
    const paths = { tags: tags === undefined ? [] : [tags], taps: taps === undefined ? [] : [taps] }
    if (paths.tags.length + paths.taps.length === 0) throw new UsageError('import taps needs --tags, --taps or both.')
    const config = readConfig(surroundings.env())
    const totals = { tags: noRows(), taps: noRows() }
    try {
      return (await importAll(config, paths, { ...surroundings, totals })) ? DONE : FAILED
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error
      surroundings.tell(`${error.message} What was written stays; importing the files again does the rest.\n`)
      return error.status
    } finally {
      surroundings.print(totalsText({ ...totals[paths.taps.length > 0 ? 'taps' : 'tags'], updated: 0 }))
    }
  },
}

type Totals = Readonly<Record<'tags' | 'taps', Rows>>

/** @returns whether something of every file was taken */
async function importAll(
  config: Config,
  paths: Paths,
  { totals, interruption, print, terminal, monotonicMs }: Surroundings & { readonly totals: Totals },
): Promise<boolean> {
  const { tapImport } = await import('../compose-cli.ts')
  const steps = terminal === null ? null : stepBars(terminal, monotonicMs)
  const job = tapImport(config)
  let isWell = true
  try {
    const options = { signal: interruption(), onProgress: (progress: TapImportProgress) => steps?.show(progress) }
    for await (const event of job.events(paths, options)) {
      countRows(totals[event.of], event)
      isWell &&= !isFailure(event)
      const text = eventText(event)
      if (text !== '') steps?.clear()
      print(text)
    }
    return isWell
  } finally {
    steps?.clear()
    await job.close()
  }
}
