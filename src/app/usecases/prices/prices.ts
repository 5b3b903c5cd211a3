import type { Clock } from '../../../ports/clock.ts'
import type { PriceService } from '../../../ports/prices.ts'
import { detail, find, search } from './assets.ts'
import { available, type Readable } from './available.ts'
import { candlePage } from './candles.ts'
import { coinDetail, coinsPage, dashboard } from './dashboard.ts'
import { recentCandles } from './recent.ts'

/** Answers the questions of ports/prices.ts from the store. */
export function priceService(parts: { readonly store: Readable; readonly clock: Clock }): PriceService {
  const { clock } = parts
  const store = available(parts.store)
  return {
    dashboard: (dayMs, symbols, order) => dashboard(store, dayMs, { symbols, order }),
    coins: (request) => coinsPage(store, request),
    find: (nameOrSymbol) => find(store, nameOrSymbol),
    coin: (symbol) => coinDetail(store, symbol),
    candles: (request) => candlePage(store, request, clock.nowMs()),
    recent: (request) => recentCandles(store, request, clock.nowMs()),
    asset: (asset) => detail(store, asset, clock.nowMs()),
    assets: (text, limit) => search(store, text, limit),
    state: () => store.state(),
  }
}
