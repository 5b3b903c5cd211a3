import type { ServerResponse } from 'node:http'
import { createGzip, gzipSync } from 'node:zlib'
import type { Reply } from './reply.ts'

/** Smaller bodies are sent as they are. */
const GZIP_FROM = 1_024
const BOMB_MEGABYTES = 200

/** Sends it whole, compressed when the caller accepts that. */
export function send(response: ServerResponse, reply: Reply): void {
  const accepts = /\bgzip\b/.test(String(response.req.headers['accept-encoding'] ?? ''))
  const packed = accepts && reply.text.length >= GZIP_FROM
  const body = packed ? gzipSync(reply.text, { level: 1 }) : Buffer.from(reply.text)
  const encoding = packed ? { 'content-encoding': 'gzip', vary: 'accept-encoding' } : {}
  const length = reply.status === 304 ? {} : { 'content-length': body.length }
  response.writeHead(reply.status, { ...reply.headers, ...encoding, ...length })
  response.end(body)
}

/** Runs after a delay unless the caller has gone by then. */
export function later(response: ServerResponse, delayMs: number, run: () => void): void {
  const timer = setTimeout(run, delayMs)
  response.once('close', () => clearTimeout(timer))
}

/** The head at once, then one byte at a time: it never ends within any sensible deadline. */
export function drip(response: ServerResponse, reply: Reply, everyMs: number): void {
  const body = Buffer.from(reply.text)
  response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length })
  response.flushHeaders()
  let sent = 0
  const timer = setInterval(() => {
    response.write(body.subarray(sent, ++sent))
    if (sent >= body.length) response.end()
  }, everyMs)
  response.once('close', () => clearInterval(timer))
}

/** A JSON array that is opened and never closed, as fast as the caller reads. */
export function endless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const chunk = `{"priceUsd":"1"},`.repeat(4_000)
  const pour = () => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', pour)
  response.write('[')
  pour()
}

let bomb: Promise<Buffer> | undefined

/** About 200 kB that unpack to 200 MB of blanks between two brackets, whether the caller asked for gzip or not. */
export async function gzipBomb(response: ServerResponse): Promise<void> {
  bomb ??= makeBomb()
  const body = await bomb
  if (response.destroyed) return
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    'content-length': body.length,
  })
  response.end(body)
}

async function makeBomb(): Promise<Buffer> {
  const gzip = createGzip({ level: 9 })
  const packed = (async () => {
    const chunks: Buffer[] = []
    for await (const chunk of gzip) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  })()
  const blanks = Buffer.alloc(1_000_000, ' ')
  gzip.write('[')
  for (let i = 0; i < BOMB_MEGABYTES; i++) {
    if (!gzip.write(blanks)) await new Promise((resolve) => gzip.once('drain', resolve))
  }
  gzip.end(']')
  return packed
}
