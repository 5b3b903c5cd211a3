import { correlate } from '../../../domain/attention/lagging.ts'
import { bucketsOf, momentsOf } from '../../../domain/attention/moments.ts'
import type { Tag } from '../../../domain/taps/tap.ts'
import type { Attention, AttentionQuestion } from '../../../ports/attention.ts'
import type { PriceService } from '../../../ports/prices.ts'
import type { TapStore } from '../../../ports/tap-store.ts'
import { ownTag, type TapAnalytics } from './analytics.ts'
import { pricesIn } from './prices-beside.ts'
import { flawed } from './ranges.ts'

export interface AttentionDeps {
  readonly store: Pick<TapStore, 'tag' | 'tags'>
  readonly prices: Pick<PriceService, 'candles'>
  readonly counts: TapAnalytics['counts']
  /** The id of a token in its comparing form; null when the text cannot be one. */
  readonly readTokenId: (text: string) => string | null
}

/** Says what is wrong with a question. May throw StoreUnavailable. */
export async function checkAttention(
  deps: Pick<AttentionDeps, 'store' | 'readTokenId'> & Pick<TapAnalytics, 'checkRange'>,
  teamId: number,
  { of, ...asked }: AttentionQuestion,
): Promise<void> {
  if ('tag' in of) await ofTag(deps, teamId, of.tag)
  else tokenOf(deps, of.token)
  await deps.checkRange(asked)
}

/** A team's taps beside the price of the token that they are about. May throw StoreUnavailable. */
export function tapAttention(deps: AttentionDeps) {
  return async (teamId: number, { of, lagsMax, ...range }: AttentionQuestion): Promise<Attention> => {
    const { tokenId, tags } = 'tag' in of ? await ofTag(deps, teamId, of.tag) : await ofToken(deps, teamId, of.token)
    const uids = tags.map(({ uid }) => uid)
    const {
      buckets: counted,
      fromMs,
      toMs,
      interval,
      zone,
    } = await deps.counts(teamId, {
      ...range,
      tags: uids,
      byTag: false,
    })
    const buckets = bucketsOf(counted, await pricesIn(deps.prices, { tokenId, buckets: counted, interval, zone }))
    const correlation = correlate(momentsOf(buckets), lagsMax)
    return { tokenId, tags: uids, fromMs, toMs, interval, zone, buckets, correlation }
  }
}

interface Subject {
  readonly tokenId: string
  readonly tags: readonly Tag[]
}

async function ofTag({ store }: Pick<AttentionDeps, 'store'>, teamId: number, uid: string): Promise<Subject> {
  const tag = await ownTag(store, teamId, uid)
  if (tag.tokenId === null) throw flawed('tag', 'This tag names no token.')
  return { tokenId: tag.tokenId, tags: [tag] }
}

async function ofToken(deps: AttentionDeps, teamId: number, text: string): Promise<Subject> {
  const tokenId = tokenOf(deps, text)
  const tags = await deps.store.tags(teamId)
  return { tokenId, tags: tags.filter((tag) => tag.tokenId === tokenId) }
}

function tokenOf({ readTokenId }: Pick<AttentionDeps, 'readTokenId'>, text: string): string {
  const tokenId = readTokenId(text)
  if (tokenId === null) throw flawed('token', 'A token as network:address, like solana:So111….')
  return tokenId
}
