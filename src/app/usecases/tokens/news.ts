import type { TokenId } from '../../../domain/tokens/identity.ts'
import type { LastGood, Sourced } from '../../../domain/tokens/merged.ts'
import type { Observation } from '../../../domain/tokens/observation.ts'
import type { TokenRow } from '../../../domain/tokens/row.ts'
import type { BoardBody } from '../../../ports/broadcaster.ts'
import type { SourceState } from '../../../ports/service.ts'

/**
 * Changes whenever a program of one version could not read the news of another: with the shape of anything below that
 * is not a mere addition. Instances of different formats keep different boards, each decided by one of them.
 */
export const NEWS_FORMAT = 2

/** Everything that a decision of merge/1 was made from. Deciding again gives the same, anywhere. */
export interface Basis {
  readonly id: TokenId
  readonly observations: readonly Observation[]
  readonly previous: LastGood | null
  readonly nowMs: number
}

/** What makes the next board out of the last one. All instances read the same news, so all have the same boards. */
export interface News {
  readonly asOfMs: number
  readonly upserts: readonly TokenRow[]
  readonly removes: readonly TokenId[]
  /** Of every token that was decided anew since the last news, whether its row changed or not. */
  readonly bases: readonly Basis[]
  readonly sol: Sourced<number> | null
  readonly sources: readonly SourceState[]
  /** The texts whose tokens are on the board. */
  readonly answered: readonly string[]
  /** Tokens somebody asked for just now that no source lists. */
  readonly unlisted: readonly TokenId[]
  /** Texts somebody on another instance waited for that have been asked for just now, whatever came of it. */
  readonly settled: readonly string[]
}

/** A whole board as text: for whoever starts later. */
export interface BoardText {
  readonly rows: readonly TokenRow[]
  readonly news: News
}

export function writeNews(news: News): string {
  return JSON.stringify(news)
}

/** @throws TypeError for what `writeNews` did not write */
export function readNews(text: string): News {
  return asNews(JSON.parse(text))
}

/** So many tokens are written or read in one go: a few milliseconds' work. */
const TOKENS_PER_TEXT = 200

/**
 * First a text with the news but for its bases, then texts with some rows and some bases each.
 * @param others lets everybody else have a turn
 */
export async function writeBoard({ rows, news }: BoardText, others: () => Promise<void>): Promise<BoardBody> {
  const texts = [writeNews({ ...news, bases: [] })]
  for (let at = 0; at < Math.max(rows.length, news.bases.length); at += TOKENS_PER_TEXT) {
    if (at > 0) await others()
    const end = at + TOKENS_PER_TEXT
    texts.push(JSON.stringify({ rows: rows.slice(at, end), bases: news.bases.slice(at, end) } satisfies Part))
  }
  return texts
}

/** @throws TypeError for what `writeBoard` did not write */
export async function readBoard([first = '', ...parts]: BoardBody, others: () => Promise<void>): Promise<BoardText> {
  const news = readNews(first)
  const rows: TokenRow[] = []
  const bases: Basis[] = []
  for (const text of parts) {
    const part = readPart(text)
    rows.push(...part.rows)
    bases.push(...part.bases)
    await others()
  }
  return { rows, news: { ...news, bases } }
}

type Part = Pick<BoardText, 'rows'> & Pick<News, 'bases'>

function readPart(text: string): Part {
  const { rows, bases } = (JSON.parse(text) ?? {}) as Partial<Part>
  if (!areAbout(rows) || !areAbout(bases)) throw new TypeError('This is no part of a board.')
  return { rows, bases }
}

/** The outline, enough that a board is never left half changed: whatever is read later stands behind one of these ids. */
function asNews(value: unknown): News {
  const news = (value ?? {}) as Partial<News>
  const { asOfMs, upserts, bases, removes, sources, answered, unlisted, settled } = news
  const isWhole = typeof asOfMs === 'number' && areAbout(upserts) && areAbout(bases)
  if (!isWhole || ![removes, sources, answered, unlisted, settled].every(Array.isArray))
    throw new TypeError('This is no news.')
  return news as News
}

function areAbout<T extends { readonly id: TokenId }>(values: readonly T[] | undefined): values is readonly T[] {
  return Array.isArray(values) && values.every((value) => typeof value?.id === 'string')
}
