/** Invented values for the document. They are checked against the schemas by a test. */

const observed_at = '2026-03-01T12:00:00.000Z'
const sources = ['dexscreener', 'jupiter', 'geckoterminal']
const WINDOWS_OF_CHANGE = { '5m': 0.12, '1h': -0.4, '6h': 1.7, '24h': 3.05, '7d': null }

export const token = {
  id: 'solana:So11111111111111111111111111111111111111112',
  network: 'solana' as const,
  address: 'So11111111111111111111111111111111111111112',
  name: 'Wrapped SOL',
  symbol: 'SOL',
  price_usd: 125.5,
  price_sol: 1,
  change_pct: WINDOWS_OF_CHANGE,
  volume_usd: { '5m': 81000, '1h': 970000, '6h': 5400000, '24h': 22000000, '7d': null },
  transactions: { '5m': 240, '1h': 3100, '6h': 17800, '24h': 69000, '7d': null },
  liquidity_usd: 8200000,
  market_cap_usd: 68000000000,
  market_cap_basis: 'circulating' as const,
  fdv_usd: 75000000000,
  dex: 'raydium',
  pool_count: 12,
  created_at: '2021-03-29T10:05:48.000Z',
  status: 'ok' as const,
  sources,
  observed_at,
}

export const snapshot = {
  epoch: 'k3v9',
  seq: 1284,
  as_of: '2026-03-01T12:00:02.000Z',
  sol_usd: 125.5,
  sol_usd_observed_at: observed_at,
  sources: [
    { name: 'dexscreener', ok: true, observed_at },
    { name: 'jupiter', ok: false, reason: 'timeout' as const, observed_at: '2026-03-01T11:58:41.000Z' },
  ],
}

export const compatibilityToken = {
  token_address: token.address,
  token_name: token.name,
  token_ticker: token.symbol,
  price_sol: 1,
  market_cap_sol: 541832669.3227092,
  volume_sol: 175298.8047808765,
  liquidity_sol: 65338.64541832669,
  transaction_count: 69000,
  price_1hr_change: -0.4,
  protocol: 'raydium',
  network: token.network,
  price_usd: token.price_usd,
  price_24hr_change: 3.05,
  price_7d_change: null,
  status: token.status,
  sources,
  observed_at,
}

const input = {
  source: 'jupiter',
  pool: null,
  dex: null,
  base: null,
  quote: null,
  price_usd: 125.5,
  liquidity_usd: 8200000,
  quote_side_usd: null,
  volume_24h_usd: 22000000,
  depth_usd: 8200000,
  observed_at,
  age_ms: 2000,
  weight: 8200000,
  accepted: true,
  reason: 'ok' as const,
}
const figures = { value: 8200000, source: 'jupiter', figures: [{ source: 'jupiter', value: 8200000 }] }
const no_figures = { value: null, source: null, figures: [] }

export const explanation = {
  algo: 'merge/1' as const,
  id: token.id,
  now: '2026-03-01T12:00:02.000Z',
  result: {
    price_usd: 125.5,
    source: 'jupiter',
    pool: null,
    band: [125.5, 125.5] as [number, number],
    status: 'thin' as const,
    witnesses: ['jupiter'],
    observed_at,
    age_ms: 2000,
  },
  previous: { price_usd: 125.4, observed_at: '2026-03-01T11:59:52.000Z', pending: null },
  parameters: {
    precedence: sources,
    max_age_ms: 90000,
    agree: 1.05,
    outlier: 1.25,
    min_liquidity_usd: 1000,
    jump: 10,
    total: 100,
    stale_limit_ms: 900000,
    sol_max_age_ms: 300000,
    trusted_quotes: { solana: [token.address] },
  },
  inputs: [input],
  steps: { sources: [{ source: 'jupiter', price_usd: 125.5, pool: null }], voters: ['jupiter'], candidate_usd: 125.5 },
  totals: {
    liquidity_usd: figures,
    volume_usd: { '5m': no_figures, '1h': no_figures, '6h': no_figures, '24h': no_figures },
    transactions: { '5m': no_figures, '1h': no_figures, '6h': no_figures, '24h': no_figures },
  },
  published: { status: 'thin' as const, price_usd: 125.5 },
}

export const lookup = {
  data: [
    { ...token, age_ms: 2000 },
    { id: 'solana:nothing', status: 'unknown' as const, reason: 'malformed_id' as const },
  ],
  snapshot,
}
