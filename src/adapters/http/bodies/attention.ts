import type { z } from '@hono/zod-openapi'
import type { Correlation, Lagged } from '../../../domain/attention/lagging.ts'
import type { AttentionBucket } from '../../../domain/attention/moments.ts'
import type { Attention } from '../../../ports/attention.ts'
import type { AttentionSchema } from '../schemas/attention.ts'
import { isoWriter } from './tap-times.ts'
import { isoOf } from './time.ts'

const NOTE = 'Changes that come together, or one after the other, need not have to do with each other.'

export function attentionBody(attention: Attention): z.infer<typeof AttentionSchema> {
  return {
    token_id: attention.tokenId,
    tags: [...attention.tags],
    from: isoOf(attention.fromMs),
    to: isoOf(attention.toMs),
    interval: attention.interval,
    tz: attention.zone,
    data: attention.buckets.map(bucketWriter()),
    correlation: correlationBody(attention.correlation),
  }
}

function bucketWriter() {
  const iso = isoWriter()
  return ({ startMs, endMs, taps, tapsChange, isPartial, price, priceChangePct }: AttentionBucket) => ({
    start: iso(startMs),
    end: iso(endMs),
    taps,
    taps_change: tapsChange,
    partial: isPartial,
    open: price?.open ?? null,
    close: price?.close ?? null,
    change_pct: priceChangePct,
  })
}

function correlationBody({ lags, strongest, reason }: Correlation) {
  return {
    lags: lags.map((one) => ({ ...lagBody(one), r: one.r, low: one.low, high: one.high, reason: one.reason })),
    strongest:
      strongest === null
        ? null
        : {
            ...lagBody(strongest),
            r: strongest.r,
            low: strongest.low,
            high: strongest.high,
            rank_r: strongest.rankR,
          },
    reason,
    note: NOTE,
  }
}

function lagBody({ tapsLeadBy, n, effectiveN }: Lagged) {
  return { taps_lead_by: tapsLeadBy, n, effective_n: effectiveN }
}
