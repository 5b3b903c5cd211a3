/**
 * `npm test`: runs every project, then says how many tests each had, what was skipped and why, and the totals on a
 * last line of their own. Takes vitest's arguments: `npm test -- tests/app`, `npm test -- --project unit -t defaults`.
 */
// Before vitest is loaded, or it colours what it prints even into a pipe.
process.env['NO_COLOR'] = '1'
const { parseCLI, startVitest } = await import('vitest/node')
const { summaryOf } = await import('./summary.ts')

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
let summary: string | null = null
const vitest = await startVitest(filter, {
  ...options,
  watch: false,
  reporters: [
    'default',
    {
      onTestRunEnd(modules, unhandledErrors) {
        summary = summaryOf(modules, unhandledErrors.length)
      },
    },
  ],
})
await vitest.close()
process.stdout.write(summary ?? 'No test ran.\n')
