/**
 * `npm run chaos:cuts`: clients over WebSocket and server-sent events whose connections are cut after random bytes, again
 * and again, against what an uncut connection saw. Prints figures; ends with 1 when a client ever had anything else than
 * the service showed at its position, or lost its place without being told.
 *
 *   --cuts N (10000)   --clients N (96, a quarter of them SSE)
 */
import { parseArgs } from 'node:util'
import { startSimulator } from '../../simulator/start.ts'
import { startService, untilReady, upstreams } from '../support/service.ts'
import { cuttingProxy } from './cutting-proxy.ts'
import { oracle, VIEWS } from './oracle.ts'
import { sseFollower } from './sse-follower.ts'
import { webSocketFollower } from './web-socket-follower.ts'

const { values } = parseArgs({
  options: { cuts: { type: 'string', default: '10000' }, clients: { type: 'string', default: '96' } },
})
const wantedCuts = Number(values.cuts)
const clients = Number(values.clients)

const simulator = await startSimulator({ tokens: 120, tickMs: 300, limits: 'off' })
const budgets = { DEXSCREENER_PER_MINUTE: '6000', JUPITER_PER_MINUTE: '6000', GECKOTERMINAL_PER_MINUTE: '6000' }
const quick = { REFRESH_SECONDS: '1', CACHE_TTL_SECONDS: '1', WATCH: 'SOL,USDC,WOMBAT,CAPYBARA', LOG_LEVEL: 'info' }
const service = await startService({ ...upstreams(simulator.urls), ...budgets, ...quick })
await untilReady(service.url)

const truth = oracle(service.url)
const startedMs = performance.now()
const followers = await Promise.all(
  Array.from({ length: clients }, async (_, i) => {
    // An address of its own for each: the service limits the connections of one.
    const proxy = await cuttingProxy(service.url, `127.0.1.${i + 1}`)
    const view = i % VIEWS.length
    const follow = i % 4 === 3 ? sseFollower : webSocketFollower
    return { proxy, follower: follow(proxy.url, view, truth) }
  }),
)
const cuts = () => followers.reduce((sum, { proxy }) => sum + proxy.cuts(), 0)
const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1000))
while (cuts() < wantedCuts) await nextSecond()
for (const { proxy } of followers) proxy.stopCutting()
// Everybody comes back and is compared once more, at rest.
for (let i = 0; i < 10; i++) await nextSecond()

const all = followers.map(({ follower }) => follower.tally())
const sum = (read: (tally: (typeof all)[number]) => number) => all.reduce((total, tally) => total + read(tally), 0)
const figures = {
  seconds: Math.round((performance.now() - startedMs) / 1000),
  cuts: cuts(),
  reconnects: sum((t) => t.resumed + t.fresh),
  resumed_without_snapshot: sum((t) => t.resumed),
  snapshots_after_a_cut: sum((t) => t.fresh),
  states_compared: sum((t) => t.compared),
  not_comparable: sum((t) => t.unknown),
  divergences: sum((t) => t.divergences),
  silent_gaps: sum((t) => t.silentGaps),
  rest_comparisons: truth.restCompared(),
  rest_divergences: truth.restDivergences(),
}
for (const { follower } of followers) follower.close()
truth.close()
for (const { proxy } of followers) proxy.close()
service.signal('SIGTERM')
await service.ended
await simulator.close()
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
process.exit(figures.divergences + figures.silent_gaps + figures.rest_divergences === 0 ? 0 : 1)
