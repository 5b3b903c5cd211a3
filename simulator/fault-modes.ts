import type { ServerResponse } from 'node:http'
import * as bodies from './fault-bodies.ts'
import * as texts from './fault-texts.ts'
import type { Fault } from './faults.ts'
import type { Source } from './model.ts'
import { json, plain, type Reply } from './reply.ts'
import { drip, endless, gzipBomb, later, send } from './wire.ts'

/** One answer about to go wrong. */
export interface Mishap {
  readonly fault: Fault
  readonly source: Source
  /** Path and query without the source's base. */
  readonly url: string
  /** The same as it stood in the request line, for redirects to itself. */
  readonly fullUrl: string
  readonly nowMs: number
  readonly response: ServerResponse
  /** What would have been answered, limits included. */
  readonly honest: () => Reply
}
type Misbehave = (mishap: Mishap) => void

const instead =
  (make: (mishap: Mishap) => Reply): Misbehave =>
  (mishap) =>
    send(mishap.response, make(mishap))
const rewriting = (rewrite: (reply: Reply) => Reply) => instead((mishap) => rewrite(mishap.honest()))
const redirect = (where: (mishap: Mishap) => string) => instead((mishap) => plain('', 302, { location: where(mishap) }))
const stamped = (direction: 1 | -1) => instead(({ honest, nowMs }) => texts.shifted(honest(), { direction, nowMs }))

/** Every way in which a fake source can misbehave. `ms` and `status` are those of the order. */
export const FAULT_MODES = {
  /** Answers with `status` (500) and an error in JSON. */
  status: instead(({ fault }) => json({ error: 'The simulator was told to fail.' }, fault.status ?? 500)),
  /** 429 with a Retry-After of `ms` (7000) in whole seconds. */
  retry_after: instead(({ fault }) =>
    json({ error: 'Too many requests' }, 429, { 'retry-after': String(Math.ceil((fault.ms ?? 7_000) / 1000)) }),
  ),
  /** Takes the question and never answers. */
  hang: () => undefined,
  /** The right answer after `ms` (5000). */
  slow: ({ response, fault, honest }) => later(response, fault.ms ?? 5_000, () => send(response, honest())),
  /** The right answer, one byte every `ms` (500). */
  drip: ({ response, fault, honest }) => drip(response, honest(), fault.ms ?? 500),
  html: instead(texts.htmlPage),
  truncated: rewriting(texts.truncated),
  /** 200 and not a byte. */
  empty: instead(() => ({ status: 200, headers: { 'content-type': 'application/json' }, text: '' })),
  /** A good answer in which nothing is found. */
  no_rows: instead(({ source, url }) => texts.nothingFound(source, url)),
  null: instead(() => json(null)),
  wrong_types: rewriting(bodies.wrongTypes),
  nan: rewriting(bodies.notNumbers),
  negative: rewriting(bodies.negative),
  zero: rewriting(bodies.zero),
  huge: rewriting(bodies.huge),
  outlier: rewriting(bodies.outlier),
  old_stamp: stamped(-1),
  future_stamp: stamped(1),
  duplicate_keys: rewriting(texts.duplicateKeys),
  proto: rewriting(texts.poisoned),
  nesting: instead(texts.nesting),
  gzip_bomb: ({ response }) => void gzipBomb(response),
  endless: ({ response }) => endless(response),
  /** Towards the address where clouds keep their credentials. */
  redirect_private: redirect(() => 'http://169.254.169.254/latest/meta-data/'),
  redirect_loop: redirect(({ fullUrl }) => fullUrl),
  crlf: rewriting(bodies.crlf),
  formula: rewriting(bodies.formula),
  /** The connection is reset instead of an answer. */
  reset: ({ response }) => response.req.socket.resetAndDestroy(),
  /** Every question keeps the answer that it got first. */
  freeze: instead(({ fault, url, honest }) => {
    const reply = fault.frozen.get(url) ?? honest()
    fault.frozen.set(url, reply)
    return reply
  }),
} as const satisfies Record<string, Misbehave>

export type FaultMode = keyof typeof FAULT_MODES
export const FAULT_MODE_NAMES = Object.keys(FAULT_MODES) as readonly FaultMode[]
