/** Invented values for the document. They are checked against the schemas by a test. */

export const dashboardRow = {
  crypto: 'Bitcoin',
  symbol: 'BTC',
  price: 34235.19,
  '24h': 1.45,
  '7d': -4.71,
  '1m': null,
  '24h-volume': 26501259870,
  'market-cap': 641899161594,
}

export const coin = {
  symbol: 'BTC',
  name: 'Bitcoin',
  date: '2021-07-06',
  price_usd: 34235.19,
  change_pct: { '24h': 1.45, '7d': -4.71, '30d': null },
  volume_usd: 26501259870,
  market_cap_usd: 641899161594,
}

export const coinDetail = { ...coin, first_date: '2013-04-29', last_date: '2021-07-06' }

export const candle = {
  open_time: '2021-07-05T00:00:00.000Z',
  open: 35284.34,
  high: 35293.78,
  low: 33213.66,
  close: 34235.19,
  volume: 50800218880.5,
  market_cap: 641899161594,
  closed: true,
  coverage: 0.2857142857142857,
  revision: 2,
}

export const bars = {
  s: 'ok' as const,
  t: [1625443200, 1625529600],
  o: [35284.34, 33723.51],
  h: [35293.78, 35038.54],
  l: [33213.66, 33599.92],
  c: [33746, 34235.19],
  v: [24298958, 26501259],
}

export const chartSymbol = {
  name: 'BTC',
  ticker: 'BTC',
  description: 'Bitcoin',
  type: 'crypto' as const,
  session: '24x7' as const,
  timezone: 'Etc/UTC' as const,
  exchange: 'coins',
  listed_exchange: 'coins',
  currency_code: 'USD' as const,
  format: 'price' as const,
  minmov: 1,
  pricescale: 100,
  has_intraday: false,
  has_daily: true,
  has_weekly_and_monthly: true,
  intraday_multipliers: [],
  supported_resolutions: ['1D', '1W', '1M'],
  volume_precision: 2,
  data_status: 'endofday' as const,
}

export const found = {
  symbol: 'BTC',
  full_name: 'BTC',
  description: 'Bitcoin',
  exchange: 'coins',
  ticker: 'BTC',
  type: 'crypto' as const,
}
