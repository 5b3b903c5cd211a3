import { readConfig, type SimulatorConfig } from './config.ts'
import { startSimulator } from './start.ts'

const EXIT_FAILED = 1
const EXIT_CONFIG = 78

/** The fake sources alone, until told to stop. The first line says where they are. */
async function main(config: SimulatorConfig): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0))
  const simulator = await startSimulator(config)
  process.stdout.write(`${JSON.stringify(simulator.urls)}\n`)
}

function fail(lines: readonly string[], code: number): void {
  process.stderr.write(`${lines.join('\n')}\n`)
  process.exitCode = code
}

const config = readConfig(process.env)
if ('port' in config) {
  main(config).catch((error: NodeJS.ErrnoException) => {
    const taken = error.code === 'EADDRINUSE'
    fail(
      [
        taken
          ? `Port ${config.port} is taken; set PORT to another one.`
          : `The simulator could not start: ${error.message}`,
      ],
      EXIT_FAILED,
    )
  })
} else {
  fail(config, EXIT_CONFIG)
}
