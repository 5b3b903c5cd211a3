/** The commands for operators: `npm run cli -- <command>`. Exit status: 0 done, 1 failed, 2 wrong usage, 78 wrong configuration. */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from './config.ts'
import { effectiveSettings } from './config-docs.ts'
import { loadEnvFile } from './env-file.ts'

interface Command {
  /** Ends the sentence "npm run cli -- NAME …". */
  readonly about: string
  /** @returns what goes to standard output. */
  readonly run: () => Promise<string> | string
}

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['config', { about: 'checks the environment and prints the settings in force, without secrets', run: showConfig }],
  ['openapi', { about: 'prints the OpenAPI document of this version', run: showOpenApi }],
])

const HELP = `Usage: npm run cli -- <command>

Commands:
${[...COMMANDS].map(([name, { about }]) => `  ${name.padEnd(10)}${about}`).join('\n')}

Options:
  --help    prints this text

Exit status: 0 done, 1 failed, 2 wrong usage, 78 wrong configuration
`

/** The arguments ask for nothing that there is. */
class UsageError extends Error {}

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  try {
    process.stdout.write(await output(args))
    return 0
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    if (error instanceof UsageError) return 2
    return error instanceof ConfigError ? 78 : 1
  }
}

function output(args: readonly string[]): Promise<string> | string {
  const { help, names } = parse(args)
  if (help) return HELP
  const [name, surplus] = names
  const command = COMMANDS.get(name ?? '')
  if (command === undefined)
    throw new UsageError(`${name === undefined ? 'No command given' : `No command ${name}`}.\n\n${HELP}`)
  if (surplus !== undefined) throw new UsageError(`${name} takes no arguments.`)
  return command.run()
}

function parse(args: readonly string[]): { readonly help: boolean; readonly names: readonly string[] } {
  try {
    const options = { help: { type: 'boolean', short: 'h', default: false } } as const
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    return { help: values.help, names: positionals }
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

function showConfig(): string {
  loadEnvFile()
  const env = process.env
  readConfig(env)
  return effectiveSettings(env)
}

/** The committed document, which a test holds equal to what the service answers at /openapi.json. */
function showOpenApi(): Promise<string> {
  return readFile(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')
}
