import { parseTokenId, type TokenId, WRAPPED_SOL } from '../../../domain/tokens/identity.ts'
import type { TokenDetail } from '../../../ports/service.ts'
import type { Asker } from './asking.ts'
import { type Deciding, deciding } from './deciding.ts'
import { type Demand, demand } from './demand.ts'
import { type Fetching, fetching } from './fetching.ts'
import { type LiveViews, liveViews } from './live-views.ts'
import type { Observations } from './observations.ts'
import type { Publishing } from './publishing.ts'
import type { TokenParts } from './settings.ts'
import { type Shelf, shelf } from './shelf.ts'
import { type Waiting, waiting } from './waiting.ts'

/** The parts of the live tokens that every question to them needs. */
export interface Room {
  readonly parts: TokenParts
  readonly askers: readonly Asker[]
  readonly observations: Observations
  readonly wanted: Demand
  readonly fetch: Fetching
  readonly shelf: Shelf
  readonly waiting: Waiting
  readonly views: LiveViews
  readonly deciding: Deciding
  readonly publishing: Publishing
}

export function roomOf(parts: TokenParts, askers: readonly Asker[], observations: Observations): Room {
  const { clock, recording } = parts
  const wanted = demand(clock, parts.watch, [WRAPPED_SOL])
  const views = liveViews({ clock })
  const waiters = waiting(clock)
  const board = shelf({ ...parts, onBoards: views.follow, onMove: waiters.wake })
  const publishing = parts.publishing(board, waiters)
  const decides = deciding({ ...parts, clock: recording?.clock ?? clock }, observations, board)
  return {
    parts,
    askers,
    observations,
    wanted,
    fetch: fetching(askers, clock, publishing.share),
    shelf: board,
    waiting: waiters,
    views,
    deciding: recording?.deciding(decides) ?? decides,
    publishing,
  }
}

/** Everything known of a token on the newest board; null when it is not there. */
export function detail({ shelf, parts }: Room, id: TokenId): TokenDetail | null {
  const head = shelf.head()
  const row = head === null ? undefined : shelf.row(id)
  const merged = shelf.decision(id)
  if (head === null || row === undefined || merged === null) return null
  return { snapshot: head.snapshot, row, merged, parameters: parts.parameters, solUsd: shelf.solUsd() }
}

/** Whether the board can answer the text. Says that it is in use, too. */
export function isOnBoard({ wanted, publishing, shelf }: Room, text: string): boolean {
  const isKnownHere = wanted.wantQuery(text)
  return publishing.isDeciding() ? isKnownHere : shelf.isAnswered(text)
}

/** Those of the tokens that are on the newest board. */
export function detailsOf(room: Room, ids: readonly TokenId[]): Map<TokenId, TokenDetail> {
  const known = ids.map((id) => [id, detail(room, id)] as const)
  return new Map(known.flatMap(([id, found]) => (found === null ? [] : [[id, found] as const])))
}

/** What a text may be the address of. Bare EVM addresses exist on many networks, so those are left to the search. */
export function addressesIn(text: string): readonly TokenId[] {
  const named = parseTokenId(text)
  const onSolana = parseTokenId(`solana:${text}`)
  return [named, onSolana].filter((id) => id !== null)
}
