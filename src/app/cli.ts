/** The commands for operators: `npm run cli -- <command>`. Exit status: 0 done, 1 failed, 2 wrong usage, 78 wrong configuration. */
import { FAILED, Interrupted, type Surroundings, UsageError, WRONG_CONFIGURATION, WRONG_USAGE } from './cli/command.ts'
import { COMMANDS } from './cli/commands.ts'
import { readLine } from './cli/help.ts'
import { ConfigError } from './config.ts'
import { loadEnvFile } from './env-file.ts'

const FOLDER_IN_USE =
  'If it is the service: stop it for as long as this takes, or keep its history in PostgreSQL, which both can use.'
/** Some terminals do not know their width. */
const USUAL_COLUMNS = 80

process.exitCode = await main(process.argv.slice(2))

async function main(line: readonly string[]): Promise<number> {
  try {
    const asked = readLine(line, COMMANDS)
    if ('command' in asked) return await asked.command.run(asked.args, surroundings(), asked.options)
    process.stdout.write(asked.help)
    return 0
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`)
    return statusOf(error)
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // By its name: its module would bring all of the storage to every command.
  return error.name === 'FolderInUse' ? `${error.message}\n${FOLDER_IN_USE}` : error.message
}

function statusOf(error: unknown): number {
  if (error instanceof UsageError) return WRONG_USAGE
  if (error instanceof Interrupted) return error.status
  return error instanceof ConfigError ? WRONG_CONFIGURATION : FAILED
}

function surroundings(): Surroundings {
  const { stdout, stderr } = process
  // Work goes on when nobody reads what it prints any more.
  for (const stream of [stdout, stderr]) stream.on('error', () => {})
  const terminal = { write: (text: string) => stderr.write(text), columns: () => stderr.columns || USUAL_COLUMNS }
  return {
    env() {
      loadEnvFile()
      return process.env
    },
    print: (text) => stdout.write(text),
    tell: (text) => stderr.write(text),
    terminal: stderr.isTTY ? terminal : null,
    monotonicMs: () => performance.now(),
    interruption,
  }
}

/** A second SIGINT or SIGTERM ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      const reason = new Interrupted(name)
      if (controller.signal.aborted) process.exit(reason.status)
      controller.abort(reason)
    })
  }
  return controller.signal
}
