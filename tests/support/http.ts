import { type HttpApp, type HttpDeps, httpApp } from '../../src/adapters/http/app.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'
import { type FakeFeed, fakeFeed } from './fake-feed.ts'
import { type FakeService, fakeService } from './fake-service.ts'
import { memoryLog } from './log.ts'
import { emptyPrices } from './prices.ts'

export interface TestHttp extends HttpApp {
  readonly service: FakeService
  readonly feed: FakeFeed
  readonly clock: FakeClock
  readonly log: ReturnType<typeof memoryLog>
  /** Sends a request through the edge; the path may carry a query. */
  get(path: string, init?: RequestInit): Promise<Response>
}

/** The HTTP side over a fake service and a clock turned by hand. */
export function testHttp(
  deps: Partial<Omit<HttpDeps, 'service' | 'feed' | 'clock' | 'log'>> = {},
  service = fakeService(),
  clock = fakeClock(Date.UTC(2026, 10, 20, 12)),
): TestHttp {
  const log = memoryLog()
  const feed = fakeFeed()
  const http = httpApp({
    service,
    prices: emptyPrices(clock),
    feed,
    clock,
    log,
    allowedOrigins: [],
    version: '0.0.0',
    assets: { exists: async () => false, read: async () => null },
    draining: () => false,
    ...deps,
  })
  return {
    ...http,
    service,
    feed,
    clock,
    log,
    get: async (path, init) => http.fetch(new Request(`http://here${path}`, init)),
  }
}

/** A POST of JSON; the body may be text that is not. */
export function posted(body: string | object, contentType = 'application/json'): RequestInit {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { method: 'POST', headers: { 'content-type': contentType }, body: text }
}
