import { systemClock } from '../../../src/adapters/clock/system.ts'
import { httpApp } from '../../../src/adapters/http/app.ts'
import { serve } from '../../../src/app/runtime/node.ts'
import { fakeService } from '../../../tests/support/fake-service.ts'
import { emptyPrices } from '../../../tests/support/prices.ts'
import { handFedBoard, messagesOf } from './market.ts'
import { pushing } from './pushing.ts'

// The service's own streams: its routes, hub, sessions and live views, on the server that it runs on. The board is fed
// by hand and the log goes nowhere.
const [, , perTurnMax = '500'] = process.argv
const clock = systemClock()
const board = handFedBoard(clock)
const ready = messagesOf(board)
const service = fakeService(board.list)
const HOUR_MS = 3600_000
const http = httpApp({
  service,
  prices: emptyPrices(),
  feed: board.feed,
  clock,
  log: { debug() {}, info() {}, warn() {}, error() {} },
  allowedOrigins: [],
  version: '0.0.0',
  assets: { exists: async () => false, read: async () => null },
  draining: () => false,
  streamLimits: {
    connectionsPerAddressMax: 20_000,
    perTurnMax: Number(perTurnMax),
    // Frames are counted; none but the pushed ones may come.
    heartbeatMs: HOUR_MS,
    pingMs: HOUR_MS,
  },
})
const { port } = await serve(http.fetch, { port: 0, hostname: '127.0.0.1', refuse: http.refuse })
// A new board makes new bodies for REST, too. A burst is a board that moves several lists of each client.
pushing({ port, ...ready }, () => {
  service.tick()
  board.tick()
})
