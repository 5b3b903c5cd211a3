/** `npm start`. Exit status: 0 stopped on request, 1 failed, 78 wrong configuration. */
import { ConfigError } from './config.ts'
import { loadEnvFile } from './env-file.ts'
import { CannotStart, type Running, run } from './run.ts'

const WRONG_CONFIGURATION = 78

loadEnvFile()
try {
  endWith(await run(process.env))
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof CannotStart)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error instanceof ConfigError ? WRONG_CONFIGURATION : 1
}

/** SIGTERM and SIGINT end the service in order; a second one ends it at once. So does a fault that nobody caught. */
function endWith(service: Running): void {
  let ending = false
  const end = (status: number) => {
    if (ending) process.exit(1)
    ending = true
    service.stop().then(
      () => process.exit(status),
      () => process.exit(1),
    )
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end(0))
  // The state after it is unknown: finish what was accepted and let the supervisor start anew.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => {
      service.report(error)
      end(1)
    })
  }
}
