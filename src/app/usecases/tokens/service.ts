import { ServiceError } from '../../../domain/errors.ts'
import { isNetwork, parseTokenId, type TokenId } from '../../../domain/tokens/identity.ts'
import type {
  Lookup,
  LookupEntry,
  PageRequest,
  TokenDetail,
  TokenPage,
  TokenService,
  UnknownReason,
} from '../../../ports/service.ts'
import { health } from './health.ts'
import type { Moment } from './history.ts'
import type { Found, Loaded, Loading } from './loading.ts'
import { asPage, cut, newestFactMs, noData, tooOld } from './pages.ts'
import { detailsOf, isOnBoard, type Room } from './room.ts'

/** Where questions are answered: the room, and what brings into it what it lacks. */
type Desk = Room & { readonly loads: Loading }

/** Answers the questions of ports/service.ts from the board, bringing onto it what it lacks. */
export function serviceOf(desk: Desk): TokenService {
  return {
    head: () => desk.shelf.head()?.snapshot ?? null,
    page: (request) => page(desk, request),
    token: (id) => token(desk, id),
    lookup: (ids) => lookup(desk, ids),
    health: () =>
      health({
        sources: desk.publishing.isDeciding() ? desk.askers.map((a) => a.state()) : desk.shelf.sources(),
        hasBoard: desk.shelf.head() !== null,
        nowMs: desk.parts.clock.nowMs(),
      }),
  }
}

function page(desk: Desk, request: PageRequest): TokenPage | Promise<TokenPage> {
  const { q } = request.view
  const isThere = q === null || request.cursor !== null || isOnBoard(desk, q)
  return (isThere ? pageOf(desk, request, desk.shelf.head()) : null) ?? reloadedPage(desk, request)
}

async function reloadedPage(desk: Desk, request: PageRequest): Promise<TokenPage> {
  const limitMs = limitOf(desk, request)
  const { isAnswered, moment } = await reload(desk, request, Math.min(desk.parts.cacheTtlMs, limitMs))
  if (moment === null) throw noData()
  const reloaded = pageOf(desk, request, moment)
  if (reloaded === null) throw tooOld(limitMs)
  // Nobody could be asked, so an empty list would claim what we do not know.
  if (!isAnswered && reloaded.rows.length === 0) throw noData()
  return reloaded
}

/** Asks anew what can be asked: a text. The whole board, and a page further on, are what they are. */
async function reload({ loads, shelf }: Desk, { view, cursor }: PageRequest, freshMs: number): Promise<Loaded> {
  if (view.q !== null && cursor === null) return loads.text(view.q, freshMs)
  return { isAnswered: true, moment: shelf.head() }
}

/** The page as a board has it, or null when there is no board yet or it is too old for the request. */
function pageOf(room: Room, request: PageRequest, moment: Moment | null): TokenPage | null {
  if (moment === null) return null
  const limitMs = limitOf(room, request)
  const part = cut(room.shelf, request, moment)
  if (room.parts.clock.nowMs() - newestFactMs(part) > limitMs) return null
  const { q } = request.view
  return asPage(part, { limitMs, stillWanted: () => void (q !== null && room.wanted.wantQuery(q)) })
}

function limitOf(room: Room, { maxAgeSeconds }: PageRequest): number {
  return maxAgeSeconds === null ? room.parts.parameters.staleLimitMs : maxAgeSeconds * 1000
}

async function token(desk: Desk, id: TokenId): Promise<TokenDetail> {
  const { details, unlisted } = await find(desk, [id])
  const found = details.get(id)
  if (found !== undefined) return found
  if (unlisted.has(id)) throw new ServiceError('token_not_found', 'No source lists a token at this address.')
  throw new ServiceError('no_data', 'No source could be asked about this token just now.')
}

/** What is known of the tokens, once those that are not on the board were asked about. */
async function find(desk: Desk, ids: readonly TokenId[]): Promise<Found> {
  desk.wanted.wantTokens(ids)
  const known = detailsOf(desk, ids)
  const absent = ids.filter((id) => !known.has(id))
  if (absent.length === 0) return { details: known, unlisted: new Set() }
  const { details, unlisted } = await desk.loads.tokens(absent)
  desk.wanted.unwantTokens(absent.filter((id) => !details.has(id)))
  return { details: new Map([...known, ...details]), unlisted }
}

async function lookup(desk: Desk, texts: readonly string[]): Promise<Lookup> {
  const ids = texts.map(parseTokenId)
  const wellFormed = new Set(ids.filter((id) => id !== null))
  const found = await find(desk, [...wellFormed])
  return {
    snapshot: desk.shelf.head()?.snapshot ?? null,
    entries: texts.map((text, i) => entryOf(text, ids[i] ?? null, found)),
  }
}

function entryOf(text: string, id: TokenId | null, { details, unlisted }: Found): LookupEntry {
  if (id === null) return { id: text, row: null, reason: whyNoId(text) }
  const row = details.get(id)?.row
  if (row !== undefined) return { id, row }
  return { id: text, row: null, reason: unlisted.has(id) ? 'not_listed' : 'sources_unavailable' }
}

function whyNoId(text: string): UnknownReason {
  const colon = text.indexOf(':')
  return colon === -1 || isNetwork(text.slice(0, colon)) ? 'malformed_id' : 'unknown_network'
}
