import type { z } from '@hono/zod-openapi'
import type { Tag } from '../../../domain/taps/tap.ts'
import type { TapBucket, TapCounts } from '../../../ports/taps.ts'
import type { TagSchema } from '../schemas/tag.ts'
import type { AnalyticsSchema, OldAnalyticsSchema } from '../schemas/tap.ts'
import { csv } from './csv.ts'
import { isoWriter } from './tap-times.ts'
import { isoOf } from './time.ts'

export function tagBody({ uid, name, tokenId, targetUrl, createdAtMs }: Tag): z.infer<typeof TagSchema> {
  return { uid, name, token_id: tokenId, target_url: targetUrl, created_at: isoOf(createdAtMs) }
}

export function analyticsBody(counts: TapCounts): z.infer<typeof AnalyticsSchema> {
  const { byTag } = counts
  return {
    data: counts.buckets.map(bucketWriter()),
    total: counts.total,
    from: isoOf(counts.fromMs),
    to: isoOf(counts.toMs),
    interval: counts.interval,
    tz: counts.zone,
    ...(byTag !== null && {
      tags: byTag.map(({ tag, counts }) => ({ tag, total: counts.reduce((a, b) => a + b, 0), counts: [...counts] })),
    }),
  }
}

function bucketWriter() {
  const iso = isoWriter()
  return ({ startMs, endMs, count, isPartial }: TapBucket) => {
    return { start: iso(startMs), end: iso(endMs), count, partial: isPartial }
  }
}

/** As an earlier service sent it: its sums were texts, and it had no bucket without a tap. */
export function oldAnalyticsBody({ buckets }: TapCounts): z.infer<typeof OldAnalyticsSchema> {
  const data = buckets
    .filter(({ count }) => count > 0)
    .map(({ startMs, count }) => ({ period: isoOf(startMs), total_count: String(count) }))
  return { message: 'Tap analytics', data }
}

const NAMES = ['start', 'end', 'count', 'partial'] as const

/** One row for each bucket; of counts by tag, one for each tag and bucket. */
export function analyticsCsv({ buckets, byTag }: TapCounts): string {
  const rows = buckets.map(bucketWriter())
  if (byTag === null) {
    return csv(
      NAMES,
      rows.map((row) => NAMES.map((name) => row[name])),
    )
  }
  const cells = byTag.flatMap(({ tag, counts }) =>
    rows.map((row, i) => [tag, row.start, row.end, counts[i] ?? 0, row.partial]),
  )
  return csv(['tag', ...NAMES], cells)
}
