import type { boardPage, Replayed, readMoment } from '../compose-replay.ts'
import { tableText } from './access.ts'
import { type Command, DONE, FAILED, UsageError } from './command.ts'

type Page = ReturnType<typeof boardPage>

const FORMATS = { table: tableOf, json: jsonOf } as const

export const replay: Command = {
  name: 'replay',
  usage: '<tape> [--at TIME] [--format table|json|boards]',
  about: 'decides again what is on a tape, and prints the board that came of it',
  details: `Reads a tape, which the service writes with TAPE=<file>, and has this program's own code read the sources' answers and
decide on them again, at the moments of then. Prints the last board, or with --at the one that was shown at a time. A
tape whose name ends with .gz is unpacked. docs/tape.md says what is on it.

  --at TIME        2027-01-01T12:00:00Z (or 2027-01-01: the begin of that day, UTC)
  --format table   what people read; when absent
  --format json    the board as GET /v1/tokens answers it, in one piece
  --format boards  every board (to that time), one a line, in the form of json

Exit status 0: every decision is, to the last bit, the one of then; 1: some are not, or the tape is damaged.`,
  options: ['at', 'format'],
  least: 1,
  most: 1,
  async run([path = ''], { print, tell }, { at, format = 'table' }) {
    const tape = await import('../compose-replay.ts')
    const untilMs = at === undefined ? Number.POSITIVE_INFINITY : momentOf(at, tape.readMoment)
    if (format !== 'boards' && format !== 'table' && format !== 'json') {
      throw new UsageError('--format is table, json or boards.')
    }
    const show = (moment: Moment) => print(FORMATS[format === 'boards' ? 'json' : format](tape.boardPage(moment)))
    const decisions = tape.replayTape(path, (line) => tell(`line ${line} is not whole: its writer was killed.\n`))
    const { last, others } = await follow(decisions, untilMs, format === 'boards' ? show : () => {})
    if (last === null) throw new Error('There is no board on this tape, or none as early as that.')
    if (format !== 'boards') show(last)
    return verdict(others, tell)
  },
}

type Moment = NonNullable<Replayed['moment']>

/** @returns the board shown last, and the lines whose decisions are not those of then */
async function follow(decisions: AsyncIterable<Replayed>, untilMs: number, onBoard: (moment: Moment) => void) {
  let last: Moment | null = null
  const others: number[] = []
  for await (const { line, moment, isAsThen } of decisions) {
    if (moment !== null && moment.snapshot.asOfMs > untilMs) break
    if (!isAsThen) others.push(line)
    if (moment === null) continue
    last = moment
    onBoard(moment)
  }
  return { last, others }
}

function verdict(others: readonly number[], tell: (text: string) => void): number {
  if (others.length === 0) return DONE
  tell(`${others.length} decisions are not those of then; the first is that of line ${others[0]}.\n`)
  return FAILED
}

function momentOf(text: string, read: typeof readMoment): number {
  const ms = read(text)
  if (typeof ms === 'string') throw new UsageError(`--at: ${ms}`)
  return ms
}

function jsonOf(page: Page): string {
  return `${JSON.stringify(page)}\n`
}

function tableOf({ data, snapshot }: Page): string {
  const head = `board ${snapshot.seq} as of ${snapshot.as_of}, ${data.length} tokens, SOL ${snapshot.sol_usd ?? 'unknown'} USD\n`
  const rows = data.map((row) => {
    const facts = [row.id, row.symbol ?? '', String(row.price_usd ?? ''), row.status, row.sources.join(',')]
    return [...facts, row.observed_at ?? '']
  })
  return head + tableText([['id', 'symbol', 'price_usd', 'status', 'sources', 'observed_at'], ...rows])
}
