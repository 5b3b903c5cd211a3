import { onTestFinished } from 'vitest'
import { systemClock } from '../../../../src/adapters/clock/system.ts'
import { type Engine, type EngineOptions, engine } from '../../../../src/adapters/sources/engine/engine.ts'
import { SourceError } from '../../../../src/domain/errors.ts'
import { PATIENCE_MS } from '../../../support/patience.ts'
import { type Handler, startUpstream, type Upstream } from '../../../support/upstream.ts'

/** Where nothing else ends a call. */
export const DEADLINE_MS = 150
const patient = new AbortController().signal

/** An engine over a real server of this machine, both closed when the test ends. */
export async function started(
  handler: Handler,
  options: Partial<EngineOptions> = {},
): Promise<{
  engine: Engine
  upstream: Upstream
  get: (path?: string, signal?: AbortSignal) => ReturnType<Engine['get']>
}> {
  const upstream = await startUpstream(handler)
  const made = engine({
    baseUrl: upstream.url,
    perMinute: 1000,
    timeoutMs: PATIENCE_MS,
    headers: { accept: 'application/json' },
    clock: systemClock(),
    random: () => 0,
    ...options,
  })
  onTestFinished(async () => {
    await made.close()
    await upstream.close()
  })
  return { engine: made, upstream, get: (path = '/x', signal = patient) => made.get(path, signal) }
}

/** The failure of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<SourceError> {
  try {
    await call
  } catch (error) {
    if (error instanceof SourceError) return error
    throw error
  }
  throw new Error('the call succeeded')
}
