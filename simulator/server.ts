import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Controlled, control } from './control.ts'
import { FAULT_MODES } from './fault-modes.ts'
import type { Source } from './model.ts'
import { type Ask, json } from './reply.ts'
import { type HonestSource, sourceOf, type Target } from './sources.ts'
import { send } from './wire.ts'

export interface Served extends Controlled {
  readonly sources: Readonly<Record<Source, HonestSource>>
}

/** All fake sources and the control routes on one HTTP server, not yet listening. */
export function simulatorServer(served: Served): Server {
  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    if (url.startsWith('/__sim/')) void controlled(request, response, served)
    else answer(request, response, served)
  })
  // A caller that goes away in the middle of an answer is nothing to die of.
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()))
  return server
}

async function controlled(request: IncomingMessage, response: ServerResponse, served: Served): Promise<void> {
  try {
    send(response, await control(request, served))
  } catch {
    response.destroy()
  }
}

function answer(request: IncomingMessage, response: ServerResponse, served: Served): void {
  const target = sourceOf(request.url ?? '/')
  if (target === null) send(response, json({ error: 'No source lives here.' }, 404))
  else if (request.method !== 'GET' && request.method !== 'HEAD') send(response, json({ error: 'Only GET.' }, 405))
  else answerAs(target, { request, response, served })
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly served: Served
}

function answerAs({ source, url }: Target, { request, response, served }: Exchange): void {
  const { market, sources, faults, hits } = served
  hits.add(source, url)
  const ask = askOf(request, url)
  const honest = () => sources[source](ask, url)
  const nowMs = market.nowMs()
  const fault = faults.active(source, nowMs)
  if (fault === null) send(response, honest())
  else FAULT_MODES[fault.mode]({ fault, source, url, fullUrl: request.url ?? '/', nowMs, response, honest })
}

function askOf(request: IncomingMessage, url: string): Ask {
  const mark = url.indexOf('?')
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value[0] : value,
  ])
  return {
    path: mark === -1 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1)),
    headers: Object.fromEntries(headers),
  }
}
