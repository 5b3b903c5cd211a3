import { compressApart } from './encoding.ts'
import type { Exchange } from './exchange.ts'
import { FOR_EVER, type HeaderRecord, type Prepared, type PreparedAnswers, prepare, type Validity } from './prepared.ts'
import { pathOf } from './target.ts'

/** What a handler wants prepared: a value for JSON, or bytes of another kind. */
export interface Draft {
  readonly body: unknown
  readonly validity: Validity
  readonly headers?: HeaderRecord
}

/** What a handler has made for one request: JSON text, unless it says otherwise. */
export interface Made {
  readonly text: string
  readonly contentType?: string
  readonly headers?: HeaderRecord
}

/** Prepares answers for handlers: the same bytes and headers serve every request for the target until they are stale. */
export interface Answers {
  /** A JSON value, written once. */
  json(exchange: Exchange, draft: () => Draft | Promise<Draft>): Response | Promise<Response>
  /** Made for this request from what may change at any time: it has a tag, and nobody keeps it. */
  anew(exchange: Exchange, made: Made): Response
  /** A JSON value that never changes while the process lives: one for its path, whatever the query. */
  document(exchange: Exchange, body: () => unknown): Response | Promise<Response>
  /** A file that never changes while the process lives: one for its path, whatever the query. */
  bytes(exchange: Exchange, contentType: string, read: ReadFile): Promise<Response>
  /** The same, with headers of its own instead of the usual ones. */
  file(exchange: Exchange, kind: FileKind, read: ReadFile): Promise<Response>
}

export type ReadFile = () => Promise<Uint8Array<ArrayBuffer>>
export interface FileKind {
  readonly contentType: string
  readonly headers: HeaderRecord
}

export interface AnswersDeps {
  /** Those that are open to all: the edge hands them out by themselves. */
  readonly kept: PreparedAnswers
  /** Those that are for whoever has a key, the same for all of them: handed out only behind the gate. */
  readonly keptForHolders: PreparedAnswers
  /** Headers that every prepared answer carries. */
  readonly baseHeaders: HeaderRecord
  readonly send: (prepared: Prepared, exchange: Exchange) => Response
}

const JSON_TYPE = 'application/json'
const encoder = new TextEncoder()

export function answers({ kept: open, keptForHolders, baseHeaders, send }: AnswersDeps): Answers {
  const keptFor = ({ audience }: Exchange): PreparedAnswers => {
    if (audience === 'everyone') return open
    if (audience === 'holders') return keptForHolders
    throw new Error('What is for one team alone is not prepared for others: it is made anew.')
  }
  const fromDraft = ({ body, validity, headers }: Draft): Prepared =>
    prepare(
      { bytes: encoder.encode(JSON.stringify(body)), contentType: JSON_TYPE, headers: { ...baseHeaders, ...headers } },
      validity,
    )
  // By path: with a query of his own in each request, a stranger could have megabytes read and compressed for each.
  const once = (exchange: Exchange, build: () => Prepared | Promise<Prepared>) => {
    const path = pathOf(exchange.target)
    const kept = keptFor(exchange)
    return kept.fresh(path) ?? kept.make(path, build)
  }
  const file = async (exchange: Exchange, { contentType, headers }: FileKind, read: ReadFile) => {
    const build = async () => {
      const bytes = await read()
      const content = { bytes, contentType, headers: { ...baseHeaders, ...headers } }
      return prepare(content, FOR_EVER, await compressApart(bytes))
    }
    return send(await once(exchange, build), exchange)
  }
  const reply = (prepared: Prepared | Promise<Prepared>, exchange: Exchange) =>
    prepared instanceof Promise ? prepared.then((made) => send(made, exchange)) : send(prepared, exchange)
  return {
    json(exchange, draft) {
      const build = () => {
        const drafted = draft()
        return drafted instanceof Promise ? drafted.then(fromDraft) : fromDraft(drafted)
      }
      const kept = keptFor(exchange)
      const fresh = kept === open ? null : kept.fresh(exchange.target)
      return reply(fresh ?? kept.make(exchange.target, build), exchange)
    },
    anew(exchange, { text, contentType = JSON_TYPE, headers }) {
      const content = { bytes: encoder.encode(text), contentType, headers: { ...baseHeaders, ...headers } }
      return send(prepare(content, FOR_EVER), exchange)
    },
    document(exchange, body) {
      const build = () => fromDraft({ body: body(), validity: FOR_EVER })
      return reply(once(exchange, build), exchange)
    },
    bytes: (exchange, contentType, read) => file(exchange, { contentType, headers: {} }, read),
    file,
  }
}
