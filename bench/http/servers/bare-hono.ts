import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { ORDINARY_HEADERS } from './headers.ts'
import { measured } from './measured.ts'
import { serve } from './runtime.ts'

// What the framework and our way of listening leave of Node's limit: one route, one prepared body, nothing else.
const [, , bodyFile = ''] = process.argv
const body = new Uint8Array(readFileSync(bodyFile))
const headers = { ...ORDINARY_HEADERS, 'content-length': String(body.byteLength) }
const app = new Hono().get('/api/tokens', () => new Response(body, { headers }))
const { port } = await serve(app.fetch, { port: 0, hostname: '127.0.0.1' })
measured({ port })
