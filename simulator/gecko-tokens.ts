import { tokenActivity, tokenPriceUsd } from './facts.ts'
import { knows } from './finding.ts'
import { refused } from './gecko-errors.ts'
import { isPriced, tokenRow, totals } from './gecko-rows.ts'
import { byVolume, rows, type Scene } from './gecko-scene.ts'
import { type Chain, comparable, type Pool, type Token } from './model.ts'
import { hashUuid } from './random.ts'
import { json, listed, type Reply } from './reply.ts'

const BATCH_MAX = 30

/** The token of that address, if GeckoTerminal lists it. */
export function tokenAt({ market }: Scene, chain: Chain, asked: string): Token | undefined {
  return market.tokens.find(
    (candidate) =>
      candidate.chain === chain &&
      candidate.knownTo.includes('geckoterminal') &&
      comparable(chain, candidate.address) === comparable(chain, asked),
  )
}

/** Its pools, on whichever side it stands, the most traded first. */
export function poolsOf(scene: Scene, found: Token | undefined): Pool[] {
  if (found === undefined || !isPriced(found)) return []
  return byVolume(
    scene,
    [...found.pools, ...found.quotedIn].filter((pool) => knows('geckoterminal', pool)),
  )
}

/** One token with its three top pools. */
export function oneToken(scene: Scene, chain: Chain, asked: string): Reply {
  const found = tokenAt(scene, chain, asked)
  if (found === undefined) return refused(404, 'Not Found', scene.ask)
  const top = poolsOf(scene, found).slice(0, 3)
  return json({ data: tokenRow(scene.view, found, top), ...topPools(scene, top) })
}

function topPools(scene: Scene, top: readonly Pool[]): { readonly included?: unknown[] } {
  return listed(scene.ask.query.get('include')).includes('top_pools') ? { included: rows(scene, top) } : {}
}

/** Unknown addresses are left out; each token comes with one top pool. */
export function manyTokens(scene: Scene, chain: Chain, asked: string): Reply {
  const addresses = listed(asked)
  if (addresses.length > BATCH_MAX) return refused(422, `Too many addresses: at most ${BATCH_MAX}`, scene.ask)
  const found = addresses.flatMap((address) => tokenAt(scene, chain, address) ?? [])
  const tops = found.map((each) => ({ each, top: poolsOf(scene, each).slice(0, 1) }))
  return json({
    data: tops.map(({ each, top }) => tokenRow(scene.view, each, top)),
    ...topPools(scene, [...new Set(tops.flatMap(({ top }) => top))]),
  })
}

/** Maps of address to text; the further maps come only when they are asked for. */
export function tokenPrices(scene: Scene, chain: Chain, asked: string): Reply {
  const { view, ask } = scene
  const found = listed(asked)
    .slice(0, BATCH_MAX)
    .flatMap((address) => tokenAt(scene, chain, address) ?? [])
  const each = (make: (one: Token) => unknown) =>
    Object.fromEntries(found.filter(isPriced).map((one) => [comparable(chain, one.address), make(one)]))
  const extra = (key: string, option: string, make: (one: Token) => unknown) =>
    ask.query.get(option) === 'true' ? { [key]: each(make) } : {}
  const attributes = {
    token_prices: each((one) => String(tokenPriceUsd(view, one))),
    ...extra('market_cap_usd', 'include_market_cap', (one) => totals(view, one)['market_cap_usd']),
    ...extra('h24_volume_usd', 'include_24hr_vol', (one) => String(tokenActivity(view, one, 'h24').volumeUsd)),
    ...extra('h24_price_change_percentage', 'include_24hr_price_change', (one) =>
      String(tokenActivity(view, one, 'h24').changePct),
    ),
    ...extra(
      'total_reserve_in_usd',
      'include_total_reserve_in_usd',
      (one) => totals(view, one)['total_reserve_in_usd'],
    ),
  }
  return json({ data: { id: hashUuid(`${ask.path}?${ask.query}`), type: 'simple_token_price', attributes } })
}
