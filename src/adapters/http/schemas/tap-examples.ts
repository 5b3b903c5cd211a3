export const tag = {
  uid: '4611686018427387904',
  name: 'Poster at the door',
  token_id: 'solana:So11111111111111111111111111111111111111112',
  target_url: null,
  created_at: '2026-11-20T12:00:00.000Z',
}

export const bucket = {
  start: '2026-11-20T12:00:00.000Z',
  end: '2026-11-20T13:00:00.000Z',
  count: 42,
  partial: false,
}

export const counts = {
  data: [bucket],
  total: 42,
  from: '2026-11-20T12:00:00.000Z',
  to: '2026-11-20T13:00:00.000Z',
  interval: 'hour' as const,
  tz: 'UTC',
}

export const oldCounts = {
  message: 'Tap analytics' as const,
  data: [{ period: '2026-11-20T12:00:00.000Z', total_count: '42' }],
}

export const taps = {
  taps: [
    {
      id: '0193495e-6d1c-7b6a-9f3c-0d5a2c1b7e44',
      tag: '4611686018427387904',
      count: 1,
      at: '2026-11-20T12:00:00.250Z',
    },
  ],
}

export const recorded = { accepted: 1, duplicates: 0, rejected: [] }
