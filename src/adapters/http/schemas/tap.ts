import { z } from '@hono/zod-openapi'
import { type NotATime, parseWhen, type When } from '../../../domain/calendar.ts'
import { TAP_COUNT_MAX, TAP_INTERVALS } from '../../../domain/taps/tap.ts'
import * as examples from './tap-examples.ts'

export const TAPS_MAX = 1_000
export const TAPS_BYTES_MAX = 256 * 1024
const RETRY_KEY_LENGTH_MAX = 255

/** A text that a reader turns into a value, or says why it cannot. */
function read<T extends object>(parse: (text: string) => T | NotATime) {
  return z.string({ error: 'Needed, as a text: a date is written 2026-11-20.' }).transform((text, context): T => {
    const value = parse(text)
    if (!('flaw' in value)) return value as T
    context.addIssue({ code: 'custom', message: value.flaw })
    return z.NEVER
  })
}

/** A date or an instant. */
export const moment = (description: string) =>
  read(parseWhen).openapi({ type: 'string', description, example: '2026-11-20' })
export const interval = z
  .enum(TAP_INTERVALS, { error: `One of ${TAP_INTERVALS.join(', ')}.` })
  .openapi({ description: 'Weeks begin on Monday.' })
export const zone = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/, { error: 'A time zone of the IANA list, as Europe/Berlin is.' })
  .default('UTC')
  .openapi({ description: 'Where dates and days, weeks, months and quarters begin.', example: 'Europe/Berlin' })
export const tagUid = z
  .string()
  .max(64, { error: 'The uid of a tag.' })
  .openapi({ description: 'Uid of a tag.', example: examples.tag.uid })

/** `POST /v1/taps`. The taps are read one by one: a bad one is rejected, and the others are kept. */
export const TapsBody = z
  .strictObject({
    taps: z
      .array(z.unknown(), { error: 'A list of taps.' })
      .max(TAPS_MAX, { error: `At most ${TAPS_MAX} taps.` })
      .openapi({
        maxItems: TAPS_MAX,
        items: { $ref: '#/components/schemas/Tap' },
        description: 'In any order. Each is judged by itself.',
      }),
  })
  .openapi('Taps', { example: examples.taps })

export const TapSchema = z
  .strictObject({
    id: z.string().min(1).max(64).openapi({
      description:
        'Your own name of this event, of printable characters: it is counted once, however often it comes. UUIDs do well.',
    }),
    tag: z
      .union([z.string(), z.int()])
      .openapi({ description: 'Uid of a tag of yours, in digits; as a number only up to 2^53-1.' }),
    count: z.int().min(1).max(TAP_COUNT_MAX).default(1).openapi({ description: 'How many taps it stands for.' }),
    at: z.iso.datetime({ offset: true }).optional().openapi({
      description:
        'When it happened: from the year 2000 up to 24 hours from now. Default: when it came. Send the same again with a retry.',
    }),
  })
  .openapi('Tap', { example: examples.taps.taps[0] })

export const RetryHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[!-~]+$/, { error: 'Visible ASCII characters.' })
    .max(RETRY_KEY_LENGTH_MAX, { error: `At most ${RETRY_KEY_LENGTH_MAX} characters.` })
    .optional()
    .openapi({
      description:
        'Your name of this request. The same one with the same body gets the same answer for 24 hours, and counts nothing again.',
    }),
})

export const RecordedSchema = z
  .object({
    accepted: z.int().openapi({ description: 'Taps that were counted now. It is committed.' }),
    duplicates: z.int().openapi({ description: 'Taps that had been counted before.' }),
    rejected: z.array(
      z.object({
        index: z.int().openapi({ description: 'Its place in `taps`, from 0.' }),
        code: z
          .enum([
            'invalid_tap',
            'invalid_id',
            'invalid_count',
            'invalid_time',
            'in_the_future',
            'id_reused',
            'tag_not_found',
          ])
          .openapi({ description: '`id_reused`: the id belongs to another tap of your team.' }),
      }),
    ),
  })
  .openapi('RecordedTaps', { example: examples.recorded })

/** `GET /v1/taps/analytics` */
export const AnalyticsQuery = z.strictObject({
  from: moment('Taps from then on: an instant with its zone, or a date, which begins at midnight of `tz`.'),
  to: moment('Taps before it. Of a date, the whole day is included.'),
  interval: interval.default('day'),
  tz: zone,
  tag: tagUid.optional().openapi({ description: 'Only this tag. Default: all of the team.' }),
  group_by: z.enum(['tag', 'none']).default('none').openapi({ description: '`tag`: counts of each tag as well.' }),
  format: z.enum(['json', 'csv']).default('json').openapi({
    description: '`csv`: the same buckets with a line of names; with `group_by=tag` one row for each tag and bucket.',
  }),
})

const BucketSchema = z
  .object({
    start: z.iso.datetime(),
    end: z.iso.datetime().openapi({ description: 'Not included.' }),
    count: z.int().openapi({ description: 'Taps in it that are in the range too.' }),
    partial: z.boolean().openapi({ description: 'The range cuts it, or it is not over yet.' }),
  })
  .openapi('TapBucket', { example: examples.bucket })

export const AnalyticsSchema = z
  .object({
    data: z.array(BucketSchema).openapi({ description: 'Every bucket that the range touches, oldest first.' }),
    total: z.int(),
    from: z.iso.datetime(),
    to: z.iso.datetime().openapi({ description: 'Not included.' }),
    interval: z.enum(TAP_INTERVALS),
    tz: z.string(),
    tags: z
      .array(
        z.object({
          tag: z.string(),
          total: z.int(),
          counts: z.array(z.int()).openapi({ description: 'One for each entry of `data`.' }),
        }),
      )
      .optional()
      .openapi({ description: 'With `group_by=tag`: each tag that has a tap in the range.' }),
  })
  .openapi('TapAnalytics', { example: examples.counts })

/** Programs of the earlier service may leave the zone out. */
function parseOldWhen(text: string): When | NotATime {
  return /T[\d:.]+$/.test(text) ? parseWhen(`${text}Z`) : parseWhen(text)
}
const oldMoment = (description: string) =>
  read(parseOldWhen).openapi({ type: 'string', description, example: '2026-11-20' })

/** `POST /v1/api/tap/analytics`: unknown members are ignored, as its clients expect. */
export const OldAnalyticsBody = z
  .object({
    startDate: oldMoment('A date, or an instant; UTC unless it has a zone.'),
    endDate: oldMoment('Not included; of a date, the whole day is.'),
    interval,
  })
  .openapi('OldTapAnalyticsRequest', {
    example: { startDate: '2026-11-01', endDate: '2026-11-20', interval: 'day' },
  })

export const OldAnalyticsSchema = z
  .object({
    message: z.string(),
    data: z.array(
      z.object({
        period: z.iso.datetime().openapi({ description: 'When the bucket begins (UTC).' }),
        total_count: z.string().regex(/^\d+$/).openapi({ description: 'A whole number as text.' }),
      }),
    ),
  })
  .openapi('OldTapAnalytics', { example: examples.oldCounts })
