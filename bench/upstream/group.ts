import { get } from 'node:http'
import type { GroupReport } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { judge, TARGETS } from '../harness/targets.ts'
import { benchServers } from '../http/servers.ts'
import { SOURCE_NAMES } from '../market.ts'

const CLIENTS = 1000
/** Nobody asked for it before, and it is not kept warm. */
const QUERY = 'PYTH'

/** How often the sources are asked when a thousand clients, each on a connection of its own, want the same new thing at once. */
export async function upstreamGroup({ cores, progress }: Settings): Promise<GroupReport> {
  progress('upstream calls')
  const servers = await benchServers(cores.server)
  try {
    const { origin } = await servers.service('production')
    servers.simulator.resetHits()
    const url = `${origin}/v1/tokens?q=${QUERY}`
    const statuses = await Promise.all(Array.from({ length: CLIENTS }, () => status(url)))
    const calls = SOURCE_NAMES.map((name) => callsAbout(QUERY, name, servers.simulator.hits().paths))
    const good = statuses.filter((one) => one === 200).length
    return {
      title: `Upstream: ${CLIENTS} clients ask one new query at once, ${good} are answered 200`,
      columns: ['', 'calls about it'],
      rows: SOURCE_NAMES.map((name, i) => [name, calls[i] ?? Number.NaN]),
      // An answer that failed saved no call, and one that was there already proves nothing.
      judged: [judge(TARGETS.upstream, good === CLIENTS && Math.min(...calls) > 0 ? Math.max(...calls) : Number.NaN)],
      notes: [],
    }
  } finally {
    await servers.stop()
  }
}

function callsAbout(query: string, source: string, paths: Readonly<Record<string, number>>): number {
  const about = Object.entries(paths).filter(([path]) => path.startsWith(`${source} `) && path.includes(query))
  return about.reduce((sum, [, count]) => sum + count, 0)
}

/** Of an answer on a connection of its own. */
function status(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0))
    })
    request.once('error', reject)
  })
}
