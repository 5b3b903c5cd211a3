import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { type Command, type Options, UsageError } from './command.ts'

/** What a line of arguments asks for: a command with its arguments, or a text of help. */
export type Asked =
  | { readonly command: Command; readonly args: readonly string[]; readonly options: Options }
  | { readonly help: string }

/** @throws UsageError with what is wrong and what there is instead */
export function readLine(line: readonly string[], commands: readonly Command[]): Asked {
  const { isHelp, words, given } = parse(line, commands)
  const command = commands.find(({ name }) => isBeginOf(name.split(' '), words))
  const group = commands.filter(({ name }) => words.length > 0 && isBeginOf(words, name.split(' ')))
  const overview = helpOf(command === undefined && group.length > 0 ? group : commands)
  if (isHelp) return { help: command?.details === undefined ? overview : helpOn(command) }
  if (command === undefined) throw new UsageError(`${complaint(words, group)}\n\n${overview}`)
  const args = words.slice(command.name.split(' ').length)
  if (args.length > command.most)
    throw new UsageError(`${command.name} takes no ${command.most === 0 ? '' : 'more '}arguments.`)
  if (args.length < command.least) throw new UsageError(`${command.name} needs ${command.usage}.\n\n${helpOn(command)}`)
  return { command, args, options: optionsOf(command, given) }
}

/** Each time that an option was given, in order. */
type GivenOptions = ReadonlyMap<string, readonly string[]>

function optionsOf({ name, options = [] }: Command, given: GivenOptions): Options {
  for (const [option, values] of given) {
    if (!options.includes(option)) throw new UsageError(`${name} has no option --${option}.`)
    if (values.length > 1) throw new UsageError(`--${option} is there twice.`)
  }
  return Object.fromEntries([...given].map(([option, [value]]) => [option, value]))
}

interface Line {
  readonly isHelp: boolean
  readonly words: readonly string[]
  readonly given: GivenOptions
}

/** Knows the options of all commands, because which one is meant is known by the words that are left. */
function parse(args: readonly string[], commands: readonly Command[]): Line {
  const names = commands.flatMap(({ options = [] }) => options)
  const valued = Object.fromEntries(names.map((name) => [name, { type: 'string', multiple: true } as const]))
  const options: ParseArgsOptionsConfig = { ...valued, help: { type: 'boolean', short: 'h' } }
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const given = Object.entries(values).flatMap(([name, value]) => {
      return Array.isArray(value) ? [[name, value.map(String)] as const] : []
    })
    return { isHelp: values['help'] === true, words: positionals, given: new Map(given) }
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

function isBeginOf(begin: readonly string[], words: readonly string[]): boolean {
  return begin.every((word, index) => word === words[index])
}

function complaint(words: readonly string[], group: readonly Command[]): string {
  if (words.length === 0) return 'No command given.'
  return group.length > 0 ? `${words.join(' ')} needs one more word.` : `No command ${words.join(' ')}.`
}

function helpOf(commands: readonly Command[]): string {
  const lines = commands.map((command) => [lineOf(command), command.about] as const)
  const width = Math.max(...lines.map(([line]) => line.length)) + 2
  return `Usage: npm run cli -- <command>

Commands:
${lines.map(([line, about]) => `  ${line.padEnd(width)}${about}`).join('\n')}

Options:
  --help    prints this text; after a command, more about it

Exit status: 0 done, 1 failed, 2 wrong usage, 78 wrong configuration
`
}

function helpOn(command: Command): string {
  return `Usage: npm run cli -- ${lineOf(command)}\n\n${command.details ?? command.about}\n`
}

function lineOf({ name, usage }: Command): string {
  return usage === '' ? name : `${name} ${usage}`
}
