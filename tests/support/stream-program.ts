/** The streams over a feed in memory, on whatever runtime runs this: prints its port, then makes a board every 50 ms. */
import { systemClock } from '../../src/adapters/clock/system.ts'
import { httpApp } from '../../src/adapters/http/app.ts'
import { fakeFeed } from './fake-feed.ts'
import { fakeService, rows } from './fake-service.ts'
import { memoryLog } from './log.ts'
import { emptyPrices } from './prices.ts'

const { serve }: Pick<typeof import('../../src/app/runtime/node.ts'), 'serve'> =
  'Deno' in globalThis
    ? await import('../../src/app/runtime/deno.ts')
    : 'Bun' in globalThis
      ? await import('../../src/app/runtime/bun.ts')
      : await import('../../src/app/runtime/node.ts')

const board = rows(1000)
const feed = fakeFeed()
feed.begin('7', board)
const http = httpApp({
  service: fakeService(),
  prices: emptyPrices(),
  feed,
  clock: systemClock(),
  log: memoryLog(),
  allowedOrigins: [],
  version: '0.0.0',
  assets: { exists: async () => false, read: async () => null },
  draining: () => false,
  // A reader that stalls with the whole machine is none that has gone.
  streamLimits: { slowMs: 500, pingMs: 300, pongMs: 60_000, heartbeatMs: 1000 },
})
const { port, stop } = await serve(http.fetch, { port: 0, hostname: '127.0.0.1', refuse: http.refuse })
process.stdout.write(`port ${port}\n`)
let price = 0
const ticking = setInterval(() => {
  price += 1
  feed.tick(board.map((row) => ({ ...row, priceUsd: price })))
}, 50)
process.on('SIGTERM', async () => {
  clearInterval(ticking)
  http.drain()
  await stop()
  process.stdout.write(`held ${feed.held.views}\n`)
  process.exit(0)
})
