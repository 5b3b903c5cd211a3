import { startChild } from '../harness/child.ts'
import type { Settings } from '../harness/settings.ts'
import { median, medianRatio } from '../harness/statistics.ts'
import type { Case, ServerName } from './cases.ts'
import { type Measured, measure, type Sample } from './measure.ts'

/** What the rounds found for each case, one sample a round. */
export interface Samples {
  readonly of: (measured: Case) => readonly Sample[]
}

const WARM_UP_SECONDS = 2

/** Measures each case once a round, in turn, so that whatever else the machine does hits all of them alike. */
export async function takeSamples(
  cases: readonly Case[],
  servers: ReadonlyMap<ServerName, Measured>,
  { cores, rounds, seconds, progress }: Settings,
): Promise<Samples> {
  const load = await startChild({ file: `${import.meta.dirname}/load.ts`, core: cores.load })
  const once = (one: Case, length: number) => measure(serverOf(one, servers), load, { ...one, seconds: length })
  const samples = new Map(cases.map((one): [Case, Sample[]] => [one, []]))
  try {
    for (const one of cases) {
      progress(`warming up: ${one.name}`)
      await once(one, WARM_UP_SECONDS)
    }
    for (let round = 1; round <= rounds; round++) {
      for (const [one, taken] of samples) {
        progress(`round ${round} of ${rounds}: ${one.name}`)
        taken.push(await once(one, seconds))
      }
    }
  } finally {
    await load.stop()
  }
  return { of: (one) => samples.get(one) ?? [] }
}

function serverOf({ server, name }: Case, servers: ReadonlyMap<ServerName, Measured>): Measured {
  const found = servers.get(server)
  if (found === undefined) throw new Error(`no server for ${name}`)
  return found
}

const cpuUs = (samples: readonly Sample[]) => samples.map((sample) => sample.cpuUs)
export const perSecond = (samples: readonly Sample[]) => samples.map((sample) => sample.perSecond)

/** How many times the case's processor time goes into the baseline's. */
export function cpuRatio({ of }: Samples, one: Case, baseline: Case): number {
  return medianRatio(cpuUs(of(baseline)), cpuUs(of(one)))
}

export const COLUMNS = ['', 'CPU us/request', 'lowest-highest', 'req/s', 'CPU vs raw'] as const

/** A line of the table: the case's medians and its ratio to the baseline. */
export function row(samples: Samples, one: Case, baseline: Case): readonly (string | number)[] {
  const taken = samples.of(one)
  const usedUs = cpuUs(taken)
  const spread = [Math.min(...usedUs), Math.max(...usedUs)].map((us) => us.toFixed(1)).join('-')
  return [one.name, median(usedUs), spread, Math.round(median(perSecond(taken))), cpuRatio(samples, one, baseline)]
}
