import type { TokenId } from '../../../domain/tokens/identity.ts'
import type { LastGood, Sourced } from '../../../domain/tokens/merged.ts'
import type { Observation } from '../../../domain/tokens/observation.ts'
import type { TokenRow } from '../../../domain/tokens/row.ts'
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

export function writeBoard({ rows, news }: BoardText): string {
  return JSON.stringify({ rows, news })
}

/** @throws TypeError for what `writeBoard` did not write */
export function readBoard(text: string): BoardText {
  const { rows, news } = JSON.parse(text) as Partial<BoardText>
  if (!areAbout(rows)) throw new TypeError('These are no rows.')
  return { rows, news: asNews(news) }
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
