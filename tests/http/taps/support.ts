import { createHash, randomBytes } from 'node:crypto'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import type { HttpDeps } from '../../../src/adapters/http/app.ts'
import { memoryLimiter } from '../../../src/adapters/limits/memory.ts'
import { composeTaps } from '../../../src/app/compose-taps.ts'
import { accessService } from '../../../src/app/usecases/access/service.ts'
import { priceService } from '../../../src/app/usecases/prices/prices.ts'
import { SCOPES, type Scope } from '../../../src/domain/access/team.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import type { TapStore } from '../../../src/ports/tap-store.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { posted, testHttp } from '../../support/http.ts'
import { memoryLog } from '../../support/log.ts'
import { memoryAccessStore } from '../../support/memory-access-store.ts'
import { memoryPriceStore } from '../../support/memory-price-store.ts'
import { memoryTapStore } from '../../support/memory-tap-store.ts'

export const NOW_MS = Date.UTC(2026, 10, 20, 12)
export const TOKEN = 'solana:So11111111111111111111111111111111111111112'

/** A team with a key, and requests in its name. */
export interface TestTeam {
  readonly id: number
  readonly key: string
  get(path: string, init?: RequestInit): Promise<Response>
  /** The body of a 200. */
  json<T = Record<string, unknown>>(path: string): Promise<T>
  send(method: string, path: string, body?: string | object, headers?: Record<string, string>): Promise<Response>
  /** A new tag with a uid of its own. */
  addTag(uid: string, wish?: object): Promise<void>
}

/** The real routes over stores in memory. Wall time stands still until it is stepped; what waits, waits in real time. */
export function tapHttp({
  store = memoryTapStore(),
  limit = 100_000,
  deps = {},
}: {
  store?: TapStore
  limit?: number
  deps?: Partial<HttpDeps>
} = {}) {
  const fake = fakeClock(NOW_MS)
  const real = systemClock()
  const clock: Clock = { ...fake, monotonicMs: real.monotonicMs, after: real.after }
  const log = memoryLog()
  const digest = (text: string) => createHash('sha256').update(text).digest('hex')
  const service = accessService({ store: memoryAccessStore(), clock: fake, log, digest, randomBytes })
  const priceStore = memoryPriceStore()
  const prices = priceService({ store: priceStore, clock: fake })
  const taps = composeTaps({ store, prices, clock, log })
  const http = testHttp({
    prices,
    access: { service, adminToken: null, publicReads: true },
    taps: taps.service,
    queries: memoryLimiter({ limit, windowMs: 3_600_000, clock: fake, log }),
    ...deps,
  })
  return {
    ...http,
    store,
    priceStore,
    taps,
    log,
    wall: fake,
    async team(name: string, scopes: readonly Scope[] = SCOPES): Promise<TestTeam> {
      const { id } = await service.createTeam(name)
      const { secret: key } = await service.issueKey(String(id), { name: null, scopes, expiresAtMs: null })
      return teamOf(http, id, key)
    },
  }
}

function teamOf(http: Pick<ReturnType<typeof testHttp>, 'get'>, id: number, key: string): TestTeam {
  const get = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    headers.set('x-api-key', key)
    return http.get(path, { ...init, headers })
  }
  const send: TestTeam['send'] = (method, path, body, headers = {}) => {
    const init = body === undefined ? {} : posted(body)
    return get(path, { ...init, method, headers: { ...(init.headers as Record<string, string>), ...headers } })
  }
  return {
    id,
    key,
    get,
    send,
    async json<T>(path: string) {
      const response = await get(path)
      const text = await response.text()
      if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text}`)
      return JSON.parse(text) as T
    },
    async addTag(uid, wish = {}) {
      const response = await send('POST', '/v1/tags', { uid, ...wish })
      if (response.status !== 201) throw new Error(`The tag ${uid} was answered ${response.status}.`)
    },
  }
}

export interface ProblemBody {
  readonly code: string
  readonly detail: string
  readonly error?: string
  readonly errors: readonly { readonly in: string; readonly path: string; readonly message: string }[]
}

export interface CountsBody {
  readonly data: readonly { start: string; end: string; count: number; partial: boolean }[]
  readonly total: number
  readonly from: string
  readonly to: string
  readonly tags?: readonly { tag: string; total: number; counts: number[] }[]
}
