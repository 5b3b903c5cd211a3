import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ORDINARY_HEADERS } from './headers.ts'
import { measured } from './measured.ts'

// The limit of what Node can do: no routing, no decisions, a prepared Buffer.
const [, , bodyFile = ''] = process.argv
const body = readFileSync(bodyFile)
const headers = { ...ORDINARY_HEADERS, 'content-length': String(body.byteLength) }
const server = createServer((_request, response) => {
  response.writeHead(200, headers)
  response.end(body)
})
server.listen(0, '127.0.0.1', () => measured({ port: (server.address() as AddressInfo).port }))
