import { statSync } from 'node:fs'
import type { GroupReport } from '../harness/report.ts'
import type { Settings } from '../harness/settings.ts'
import { medianRatio } from '../harness/statistics.ts'
import { type Judged, judge, TARGETS } from '../harness/targets.ts'
import { BARE, BROTLI, type Case, COLD, FULL, GZIP, NOT_MODIFIED, PEER, RAW } from './cases.ts'
import { COLUMNS, cpuRatio, perSecond, row, type Samples, takeSamples } from './samples.ts'
import { benchServers, type Servers } from './servers.ts'

/** A list of thirty tokens over HTTP: by the service, by what bounds it from above, and by a peer. */
export async function httpGroup(settings: Settings): Promise<GroupReport> {
  const servers = await benchServers(settings.cores.server)
  try {
    settings.progress('starting servers')
    const { bytes, bodyFile } = await startOwn(servers)
    const hasPeer = await startPeer(servers, bodyFile)
    const cases = [RAW, BARE, FULL, NOT_MODIFIED, GZIP, BROTLI, COLD, ...(hasPeer ? [PEER] : [])]
    const samples = await takeSamples(cases, servers.running, settings)
    return {
      title: `HTTP: a list of 30 tokens, ${bytes} bytes; medians of ${settings.rounds} rounds of ${settings.seconds} s`,
      columns: COLUMNS,
      rows: cases.map((one) => row(samples, one, RAW)),
      judged: [...ownTargets(samples), ...(hasPeer ? peerTargets(samples) : [])],
      notes: hasPeer ? [] : ['Express + Redis left out: there is no redis-server on PATH.'],
    }
  } finally {
    await servers.stop()
  }
}

async function startOwn(servers: Servers) {
  const bodyFile = await servers.bodyFile(await servers.service('production'))
  await servers.service('busy')
  await servers.start('raw', 'raw.ts', [bodyFile])
  await servers.start('bareHono', 'bare-hono.ts', [bodyFile])
  return { bodyFile, bytes: statSync(bodyFile).size }
}

async function startPeer(servers: Servers, bodyFile: string): Promise<boolean> {
  const redis = await servers.redis()
  if (redis === null) return false
  await servers.start('expressRedis', 'express-redis.ts', [bodyFile, redis.url])
  return true
}

function ownTargets(samples: Samples): readonly Judged[] {
  return [
    judge(TARGETS.bare, cpuRatio(samples, BARE, RAW)),
    judge(TARGETS.production, cpuRatio(samples, FULL, RAW)),
    judge(TARGETS.notModified, cpuRatio(samples, NOT_MODIFIED, FULL)),
  ]
}

function peerTargets(samples: Samples): readonly Judged[] {
  const rates = (one: Case) => perSecond(samples.of(one))
  return [
    judge(TARGETS.peerCpu, cpuRatio(samples, FULL, PEER)),
    judge(TARGETS.peerRate, medianRatio(rates(FULL), rates(PEER))),
  ]
}
