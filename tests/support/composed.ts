import { type Composition, compose } from '../../src/app/compose.ts'
import { readConfig } from '../../src/app/config.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { memoryLog } from './log.ts'
import type { Page } from './wire.ts'

/** The whole service in this process, on a clock of the test's choice, with real sockets towards its sources. */
export interface Composed extends AsyncDisposable {
  readonly log: ReturnType<typeof memoryLog>
  get(path: string): Promise<Response>
  /** @throws Error for any status but 200 */
  page(path?: string): Promise<Page>
}

/** @param env settings as the environment would have them */
export function startComposed(env: Readonly<Record<string, string>>, clock: Clock): Composed {
  const log = memoryLog()
  const service: Composition = compose(readConfig({ DATA_DIR: 'none', ...env }), '0.0.0', { clock, log })
  const get = async (path: string) => service.http.fetch(new Request(`http://here${path}`))
  service.start()
  return {
    log,
    get,
    async page(path = '/v1/tokens?limit=250') {
      const response = await get(path)
      if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
      return (await response.json()) as Page
    },
    [Symbol.asyncDispose]: () => service.close(),
  }
}
