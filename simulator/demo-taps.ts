import { setTimeout as pause } from 'node:timers/promises'
import { evenMood, knowingMood, type Mood, rhythm } from './demo-tap-counts.ts'
import type { PastMinute, TokenPast } from './past.ts'
import { type Random, randomOf } from './random.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const RETRY_MS = 250
/** Everybody else comes first: the board and the answers share this process. */
const BREATH_MS = 20
const AT_ONCE = 250
/** How many rows the taps of an hour are told in: more of the last day, which people look at by the minute. */
const ROWS_AN_HOUR = { before: 2, lastDay: 12 }
const TEAMS = ['Night market', 'Harbour gallery', 'River festival']
const TAGS = ['Poster at the door', 'Card on the table', 'Sticker on the bus', 'Sign at the gate']
/** More than a double holds exactly, as the uids of real tags are. */
const FIRST_UID = 4_611_686_018_427_387_904n
const LIVE_EVERY_MS = 1_000
const LIVE_TAPS = 4

/** What takes teams, tags and taps in, as the service does. */
export interface TapTaker {
  createTeam(name: string): Promise<unknown>
  issueKey(
    team: string,
    wish: { name: string | null; scopes: readonly ('read' | 'taps:write')[]; expiresAtMs: null },
  ): Promise<{ readonly key: { readonly teamId: number }; readonly secret: string }>
  importTags(tags: readonly (DemoTag & { readonly targetUrl: null; readonly createdAtMs: number })[]): Promise<unknown>
  importTaps(taps: readonly PastTap[]): Promise<unknown>
}

export interface DemoTag {
  readonly uid: string
  readonly teamId: number
  readonly name: string
  readonly tokenId: string
}

export interface DemoTeam {
  readonly name: string
  readonly key: string
  readonly tags: readonly DemoTag[]
}

interface PastTap {
  readonly id: string
  /** Uid of the tag. */
  readonly tag: string
  readonly count: number
  readonly atMs: number
}

/**
 * Three teams with a tag for each of the tokens, four each, waiting while the storage is being opened.
 * @param tokenIds the first is that of the first team's first tag
 */
export async function demoTeams(
  taker: TapTaker,
  tokenIds: readonly string[],
  { nowMs, ending }: { readonly nowMs: number; readonly ending: AbortSignal },
): Promise<readonly DemoTeam[]> {
  const teams: DemoTeam[] = []
  for (const [place, name] of TEAMS.entries()) {
    const { key, secret } = await atLast(() => newTeam(taker, name), ending)
    const ours = tokenIds.slice(place * TAGS.length, (place + 1) * TAGS.length)
    const tags = ours.map((tokenId, index) => ({
      uid: String(FIRST_UID + BigInt(place * TAGS.length + index)),
      teamId: key.teamId,
      name: TAGS[index] ?? name,
      tokenId,
    }))
    const createdAtMs = nowMs - 100 * DAY_MS
    await atLast(() => taker.importTags(tags.map((tag) => ({ ...tag, targetUrl: null, createdAtMs }))), ending)
    teams.push({ name, key: secret, tags })
  }
  return teams
}

async function newTeam(taker: TapTaker, name: string) {
  // It is there already when an earlier try was told nothing.
  await taker.createTeam(name).catch(unless('team_taken'))
  return taker.issueKey(name, { name: 'demo', scopes: ['read', 'taps:write'], expiresAtMs: null })
}

export interface TapPlan {
  readonly days: number
  /** About how many taps in all. */
  readonly taps: number
  readonly nowMs: number
  readonly past: Iterable<TokenPast>
}

/**
 * Writes taps of the past bit by bit. Those of the first team's first tag come some hours before the price of its token
 * moves: see knowingMood.
 * @returns how many taps were written
 */
export async function writePastTaps(
  taker: Pick<TapTaker, 'importTaps'>,
  teams: readonly DemoTeam[],
  plan: TapPlan,
  ending: AbortSignal,
): Promise<number> {
  let written = 0
  let batch: PastTap[] = []
  const write = async () => {
    const taps = batch
    batch = []
    await atLast(() => taker.importTaps(taps), ending)
    written += taps.reduce((sum, { count }) => sum + count, 0)
    await pause(BREATH_MS)
  }
  for (const tap of pastTaps(teams, plan)) {
    if (ending.aborted) return written
    if (batch.push(tap) === AT_ONCE) await write()
  }
  if (batch.length > 0) await write()
  return written
}

function* pastTaps(teams: readonly DemoTeam[], { days, taps, nowMs, past }: TapPlan): Generator<PastTap> {
  const tags = teams.flatMap((team) => team.tags)
  const minutes = minutesOf(tags[0]?.tokenId ?? '', past)
  const weights = tags.map((_, place) => 1 / (place + 2))
  const usual = taps / (weights.reduce((sum, weight) => sum + weight, 0) * days * 24 * MEAN_RHYTHM)
  for (const [place, { uid }] of tags.entries()) {
    const random = randomOf('taps', place)
    const mood = place === 0 ? knowingMood(minutes, random) : evenMood(random)
    yield* tapsOf({ uid, mood, random, usual: usual * (weights[place] ?? 0), nowMs, days })
  }
}

const MEAN_RHYTHM = 0.6

interface TagPlan extends Pick<TapPlan, 'days' | 'nowMs'> {
  readonly uid: string
  readonly mood: Mood
  readonly random: Random
  /** In an hour of rhythm 1 and mood 1. */
  readonly usual: number
}

function* tapsOf({ uid, mood, random, usual, nowMs, days }: TagPlan): Generator<PastTap> {
  for (let hourMs = Math.ceil((nowMs - days * DAY_MS) / HOUR_MS) * HOUR_MS; hourMs < nowMs; hourMs += HOUR_MS) {
    const count = random.poisson(usual * rhythm(hourMs) * mood(hourMs))
    const rows = hourMs < nowMs - DAY_MS ? ROWS_AN_HOUR.before : ROWS_AN_HOUR.lastDay
    for (let row = 0; row < rows; row += 1) {
      const share = Math.floor((count * (row + 1)) / rows) - Math.floor((count * row) / rows)
      const atMs = hourMs + Math.floor(((row + random.next()) * HOUR_MS) / rows)
      if (share > 0 && atMs < nowMs) yield { id: `demo ${hourMs} ${row} of ${uid}`, tag: uid, count: share, atMs }
    }
  }
}

/** All that is known of a token, oldest first: parts follow each other, and begin before the one before ends. */
function minutesOf(tokenId: string, past: Iterable<TokenPast>): readonly PastMinute[] {
  const parts = [...past].filter(({ id }) => id === tokenId).flatMap(({ minutes }) => minutes)
  return parts.sort((a, b) => a.openTimeMs - b.openTimeMs)
}

/** A few taps a second, told as any team tells them. Settles when it is ended. */
export async function liveTaps(url: string, teams: readonly DemoTeam[], ending: AbortSignal): Promise<void> {
  const random = randomOf('live taps')
  while (!ending.aborted) {
    const { key, tags } = random.pick(teams as [DemoTeam, ...DemoTeam[]])
    const taps = Array.from({ length: 1 + random.poisson(LIVE_TAPS - 1) }, () => ({
      id: crypto.randomUUID(),
      tag: random.pick(tags as [DemoTag, ...DemoTag[]]).uid,
    }))
    const headers = { 'content-type': 'application/json', 'x-api-key': key }
    // What is not taken is not missed.
    const response = await fetch(`${url}/v1/taps`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ taps }),
      signal: ending,
    }).catch(() => null)
    await response?.body?.cancel().catch(() => {})
    await pause(LIVE_EVERY_MS, undefined, { signal: ending }).catch(() => {})
  }
}

/** Tries again for as long as the storage is not there. */
async function atLast<T>(act: () => Promise<T>, ending: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (ending.aborted || !isAway(error)) throw error
      await pause(RETRY_MS)
    }
  }
}

function isAway(error: unknown): boolean {
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown }
  return name === 'StoreUnavailable' || code === 'access_unavailable'
}

function unless(wanted: string): (error: unknown) => void {
  return (error) => {
    if ((error as { readonly code?: unknown }).code !== wanted) throw error
  }
}
