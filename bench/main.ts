import { writeFileSync } from 'node:fs'
import { domainGroup } from './domain/group.ts'
import { chooseCores, machineLine } from './harness/machine.ts'
import { type GroupReport, groupText, targetsText } from './harness/report.ts'
import type { Settings } from './harness/settings.ts'
import { historyGroup } from './history/group.ts'
import { bunGroup } from './http/bun-group.ts'
import { httpGroup } from './http/group.ts'
import { limitsGroup } from './limits/group.ts'
import { type Options, readOptions, UsageError, usage } from './options.ts'
import { streamsGroup } from './streams/group.ts'
import { tapsGroup } from './taps/group.ts'
import { upstreamGroup } from './upstream/group.ts'

const GROUPS: Readonly<Record<string, (settings: Settings) => Promise<GroupReport>>> = {
  http: httpGroup,
  bun: bunGroup,
  upstream: upstreamGroup,
  domain: domainGroup,
  streams: streamsGroup,
  history: historyGroup,
  taps: tapsGroup,
  limits: limitsGroup,
}

async function run({ groups, rounds, seconds, jsonFile }: Options): Promise<void> {
  const cores = chooseCores()
  const machine = machineLine(cores)
  const at = new Date().toISOString()
  say(`${at.slice(0, 10)}, ${machine}\n\n`)
  const reports: GroupReport[] = []
  for (const name of groups) {
    const report = await GROUPS[name]?.({ cores, rounds, seconds, progress })
    if (report === undefined) continue
    reports.push(report)
    progress('')
    say(`${groupText(report)}\n`)
  }
  say(targetsText(reports.flatMap(({ judged }) => judged)))
  if (jsonFile !== null)
    writeFileSync(jsonFile, `${JSON.stringify({ at, machine, rounds, seconds, reports }, null, 2)}\n`)
}

function say(text: string): void {
  process.stdout.write(text)
}

/** On a terminal only, always on the same line, and not among the figures. */
function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`)
}

try {
  const names = Object.keys(GROUPS)
  const options = readOptions(process.argv.slice(2), names)
  if (options === null) say(usage(names))
  else await run(options)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
