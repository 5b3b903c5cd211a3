import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface Options {
  /** In the order of running; never empty. */
  readonly groups: readonly string[]
  readonly rounds: number
  readonly seconds: number
  /** Where to write the figures; null: nowhere. */
  readonly jsonFile: string | null
}

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** @param groups names of all there are
 *  @returns null when help was asked for
 *  @throws UsageError */
export function readOptions(args: readonly string[], groups: readonly string[]): Options | null {
  const { values, positionals } = parsed(args)
  if (values.help === true) return null
  const unknown = positionals.find((name) => !groups.includes(name))
  if (unknown !== undefined) throw new UsageError(`there is no group "${unknown}"; there are ${groups.join(', ')}`)
  return {
    groups: positionals.length === 0 ? groups : groups.filter((name) => positionals.includes(name)),
    rounds: wholeNumber('rounds', values.rounds),
    seconds: wholeNumber('seconds', values.seconds),
    jsonFile: values.json ?? null,
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '2' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : 'unknown option', { cause })
  }
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new UsageError(`--${name} is a whole number from 1 to 999`)
  return Number(text)
}

/** @param groups names of all there are */
export function usage(groups: readonly string[]): string {
  return `npm run bench -- [group…] [--rounds N] [--seconds S] [--json FILE]

Measures this service side by side with others and prints ratios. Without a group it runs all: ${groups.join(', ')}.
  --rounds N    how often each HTTP case is measured, taking turns (5)
  --seconds S   length of one such measurement (2)
  --json FILE   writes the figures as JSON as well
`
}
