import type { Child } from '../harness/child.ts'
import type { Load, LoadResult } from './load.ts'
import type { ServerReady } from './servers/measured.ts'

/** A server under measurement. */
export interface Measured {
  readonly child: Child
  readonly origin: string
}

export function measuredServer(child: Child): Measured {
  return { child, origin: `http://127.0.0.1:${(child.ready as ServerReady).port}` }
}

/** One measurement of one case. */
export interface Sample {
  /** Processor time of the server's process, all threads, by the requests it answered. */
  readonly cpuUs: number
  readonly perSecond: number
}

/** A request, as often as the load generator can. */
export interface Asking extends Omit<Load, 'url' | 'seconds'> {
  /** Path and query. */
  readonly target: string
}

/** @throws Error when one answer had another status than it should: its time would mean nothing. */
export async function measure(
  server: Measured,
  load: Child,
  { seconds, ...asking }: Asking & { seconds: number },
): Promise<Sample> {
  const { target, ...rest } = asking
  const question: Load = { ...rest, url: `${server.origin}${target}`, seconds }
  const beforeUs = (await server.child.ask({})) as number
  const { requests, perSecond, failures } = (await load.ask(question)) as LoadResult
  const afterUs = (await server.child.ask({})) as number
  if (failures > 0) throw new Error(`${failures} of ${requests} answers to ${target} failed`)
  return { cpuUs: (afterUs - beforeUs) / requests, perSecond }
}
