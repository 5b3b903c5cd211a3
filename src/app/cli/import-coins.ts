import { type Config, readConfig } from '../config.ts'
import { type Command, DONE, FAILED, Interrupted, type Surroundings } from './command.ts'
import { count, noTotals, reportText, type Totals, totalsText } from './import-report.ts'
import { type Progress, progressBar } from './progress-bar.ts'

const DETAILS = `Imports daily prices of coins. A folder stands for the .csv and .zip files in it (not in its folders), an
archive for the .csv files in it. Each file is taken whole or refused whole; importing it again changes nothing.

Files
  CSV in UTF-8, at least the columns Name, Symbol, Date, High, Low, Open, Close in any order; also Volume and Marketcap.
  Dates are UTC days, 2021-07-06 or 2021-07-06 23:59:59. Numbers are plain: 1234.5 or 1.2e-7. Symbol and name belong
  together and to one coin. What does not fit is refused with its line and never guessed.

Output
  One line per file, then always: inserted N, updated N, unchanged N, rejected N
  updated    records that were there with other values; the old ones stay as earlier revisions
  rejected   all rows of the refused files, as far as they can be read as rows

Exit status
  0 every file was taken, 1 a file was refused or the storage failed, 2 wrong usage, 78 wrong configuration,
  130 interrupted: the file that was being read is rolled back, those before it stay

The storage is that of the service: DATABASE_URL, or the folder DATA_DIR, which only one process can use at a time. Stop
a service that uses it first.`

export const importCoins: Command = {
  name: 'import coins',
  usage: '<file|folder|zip>...',
  about: 'imports daily prices of coins from CSV files',
  details: DETAILS,
  least: 1,
  most: Number.POSITIVE_INFINITY,
  async run(paths, surroundings) {
    const config = readConfig(surroundings.env())
    const totals = noTotals()
    try {
      await importAll(config, paths, { ...surroundings, totals })
      return totals.refused === 0 ? DONE : FAILED
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error
      surroundings.tell(`${error.message} A file that was being read is rolled back; files taken: ${totals.taken}.\n`)
      return error.status
    } finally {
      surroundings.print(totalsText(totals))
    }
  },
}

async function importAll(
  config: Config,
  paths: readonly string[],
  { totals, interruption, print, terminal, monotonicMs }: Surroundings & { readonly totals: Totals },
): Promise<void> {
  const { coinImport } = await import('../compose-cli.ts')
  const bar = terminal === null ? null : progressBar(terminal, monotonicMs)
  const job = coinImport(config)
  try {
    const options = { signal: interruption(), onProgress: (progress: Progress) => bar?.show(progress) }
    for await (const report of job.reports(paths, options)) {
      count(totals, report)
      bar?.clear()
      print(reportText(report))
    }
  } finally {
    bar?.clear()
    await job.close()
  }
}
