import { findRuntime } from '../../tests/support/runtimes.ts'
import type { GroupReport } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { judge, TARGETS } from '../harness/targets.ts'
import { BUN, FULL, RAW } from './cases.ts'
import { COLUMNS, cpuRatio, row, takeSamples } from './samples.ts'
import { benchServers } from './servers.ts'

const TITLE = 'Bun: the same source, against Node'

/** The service on another runtime, beside raw node:http. */
export async function bunGroup(settings: Settings): Promise<GroupReport> {
  const runtime = findRuntime('bun')
  if (runtime === null) {
    const notes = ['Left out: there is no bun on PATH, and BUN_BIN does not name one.']
    return { title: TITLE, columns: [], rows: [], judged: [], notes }
  }
  const servers = await benchServers(settings.cores.server)
  try {
    settings.progress('starting servers')
    const bodyFile = await servers.bodyFile(await servers.service('production'))
    await servers.start('raw', 'raw.ts', [bodyFile])
    await servers.service('onBun', runtime)
    const cases = [RAW, FULL, BUN]
    const samples = await takeSamples(cases, servers.running, settings)
    const rows = cases.map((one) => row(samples, one, RAW))
    return {
      title: TITLE,
      columns: COLUMNS,
      rows,
      judged: [judge(TARGETS.bun, cpuRatio(samples, BUN, RAW))],
      notes: [],
    }
  } finally {
    await servers.stop()
  }
}
