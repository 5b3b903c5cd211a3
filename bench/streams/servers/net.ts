import { createHash } from 'node:crypto'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { frameOf } from '../../../src/adapters/http/stream/frames.ts'
import { BURST, pushing } from './pushing.ts'

// The limit of what Node can do: the handshake and nothing else of WebSocket, and one prepared Buffer to each socket.
const [, , delta = ''] = process.argv
const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const sockets = new Set<Socket>()

function join(socket: Socket, request: string): void {
  const [, key = ''] = /sec-websocket-key: (\S+)/i.exec(request) ?? []
  const accept = createHash('sha1').update(`${key}${MAGIC}`).digest('base64')
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
  socket.write(`${[...head, `Sec-WebSocket-Accept: ${accept}`].join('\r\n')}\r\n\r\n`)
  sockets.add(socket)
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.once('data', (request) => join(socket, request.toString('latin1')))
  socket.on('error', () => socket.destroy())
  socket.on('close', () => sockets.delete(socket))
})
server.listen(0, '127.0.0.1', 4096, () =>
  pushing({ port: (server.address() as AddressInfo).port }, (what) => {
    const { framed } = frameOf({ name: 'delta', eventId: null }, delta)
    const bytes = what === 'burst' ? Buffer.concat(Array(BURST).fill(framed)) : framed
    for (const socket of sockets) socket.write(bytes)
  }),
)
