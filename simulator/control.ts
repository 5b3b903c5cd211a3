import type { IncomingMessage } from 'node:http'
import { FAULT_MODE_NAMES } from './fault-modes.ts'
import { type FaultBoard, parseOrder } from './faults.ts'
import type { Hits } from './hits.ts'
import type { Market } from './market.ts'
import { SOURCES } from './model.ts'
import { json, type Reply } from './reply.ts'
import { groundTruth } from './truth.ts'

const BODY_BYTES_MAX = 16_384
const TICKS_MAX = 100_000

/** What the control routes govern. */
export interface Controlled {
  readonly market: Market
  readonly faults: FaultBoard
  readonly hits: Hits
}

type Control = (controlled: Controlled, body: unknown) => Reply

/** Never faulted, never limited, never counted. */
const ROUTES: Readonly<Record<string, Control>> = {
  'GET /__sim/market': ({ market }) => json(groundTruth(market)),
  'GET /__sim/hits': ({ hits }) => json(hits.read()),
  'POST /__sim/hits': ({ hits }) => {
    hits.reset()
    return json(hits.read())
  },
  'POST /__sim/tick': ({ market }, body) => tick(market, body),
  'POST /__sim/fault': ({ market, faults }, body) => fault(body, { market, faults }),
}

/** Answers a request under `/__sim/`. */
export async function control(request: IncomingMessage, controlled: Controlled): Promise<Reply> {
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const route = ROUTES[`${method} ${(request.url ?? '').split('?')[0]}`]
  if (route === undefined) return json({ error: 'There is no such control.', controls: Object.keys(ROUTES) }, 404)
  const body = await readBody(request)
  return body === undefined ? json({ error: 'The body must be JSON of at most 16 KiB.' }, 400) : route(controlled, body)
}

/** @returns the body as JSON, `{}` for none, undefined for one that is not JSON or too large */
async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > BODY_BYTES_MAX) return undefined
  }
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function tick(market: Market, body: unknown): Reply {
  const n: unknown = (body as { n?: unknown } | null)?.n ?? 1
  if (typeof n !== 'number' || !Number.isInteger(n) || n < 1 || n > TICKS_MAX) {
    return json({ error: `n must be a whole number from 1 to ${TICKS_MAX}.` }, 400)
  }
  for (let i = 0; i < n; i++) market.tick()
  return json({ tick: market.tickCount(), at: new Date(market.nowMs()).toISOString() })
}

function fault(body: unknown, { market, faults }: Pick<Controlled, 'market' | 'faults'>): Reply {
  const parsed = parseOrder(body)
  if ('problems' in parsed) {
    const lists = { sources: [...SOURCES, 'all'], modes: ['ok', ...FAULT_MODE_NAMES] }
    return json({ error: parsed.problems.join('; '), ...lists }, 400)
  }
  faults.set(parsed.order, market.nowMs())
  return json(parsed.order)
}
