import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { BURST, pushing } from './pushing.ts'

// The usual way to push: the library frames one string for each client.
const [, , delta = ''] = process.argv
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, backlog: 4096 })
server.on('listening', () =>
  pushing({ port: (server.address() as AddressInfo).port }, (what) => {
    for (let i = 0; i < (what === 'burst' ? BURST : 1); i++) {
      for (const client of server.clients) client.send(delta)
    }
  }),
)
