import { startChild } from '../harness/child.ts'
import type { GroupReport } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import type { Timing } from '../harness/stopwatch.ts'
import { judge, TARGETS } from '../harness/targets.ts'
import { BOARD_SIZE, WHOLE_TICK } from './work.ts'

/** What deciding, ranking and comparing cost on a full board. */
export async function domainGroup({ cores, progress }: Settings): Promise<GroupReport> {
  progress('domain')
  const child = await startChild({ file: `${import.meta.dirname}/run.ts`, core: cores.server })
  try {
    const timings = (await child.ask({})) as readonly Timing[]
    const tickMs = timings.find(({ name }) => name === WHOLE_TICK)?.cpuMs ?? Number.NaN
    return {
      title: `Domain: a board of ${BOARD_SIZE} tokens, medians in ms`,
      columns: ['', 'CPU ms', 'by the clock', 'p95'],
      rows: timings.map(({ name, cpuMs, medianMs, p95Ms }) => [name, cpuMs, medianMs, p95Ms]),
      judged: [judge(TARGETS.tick, tickMs)],
      notes: ['The tick is decided and compared for one view; writing frames to streams is not part of it.'],
    }
  } finally {
    await child.stop()
  }
}
