import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { BURST, pushing } from './pushing.ts'

// The predecessor's library, with everything off that only costs it time: polling, compression, pings.
const [, , deltaText = 'null', listText = 'null'] = process.argv
const delta: unknown = JSON.parse(deltaText)
const list: unknown = JSON.parse(listText)
const HOUR_MS = 3600_000
const http = createServer()
const io = new Server(http, { transports: ['websocket'], serveClient: false, pingInterval: HOUR_MS })
http.listen(0, '127.0.0.1', 4096, () =>
  pushing({ port: (http.address() as AddressInfo).port }, (what) => {
    if (what === 'list') io.emit('price-update', list)
    else for (let i = 0; i < (what === 'burst' ? BURST : 1); i++) io.emit('delta', delta)
  }),
)
