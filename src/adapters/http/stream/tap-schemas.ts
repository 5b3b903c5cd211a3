import { z } from '@hono/zod-openapi'
import { TAP_LIVE_BUCKETS, TAP_LIVE_INTERVALS } from '../../../domain/taps/live-window.ts'
import { tagUid } from '../schemas/tap.ts'

const { minute, hour, day } = TAP_LIVE_BUCKETS

/** What is followed; the same in a message and in a query. */
export const TapStreamParams = z.strictObject({
  interval: z
    .enum(TAP_LIVE_INTERVALS, { error: `One of ${TAP_LIVE_INTERVALS.join(', ')}.` })
    .default('minute')
    .openapi({
      description: `Buckets of UTC. Shown are the last ${minute} minutes, ${hour} hours or ${day} days, the one that is not over included.`,
    }),
  tag: tagUid.optional(),
})
export type TapStreamParams = z.output<typeof TapStreamParams>

const Id = z.string()
const Seq = z.int().min(0)
const Moment = z.iso.datetime()
const cell = { bucket: Moment.meta({ description: 'Begin of the bucket.' }), tag: z.string() }

/** One count: so many taps of the tag in the bucket, whoever told it when. */
export const StreamTap = z.object({ ...cell, count: z.int().min(1) })
const GoneTap = z.object(cell)

const WindowStart = Moment.meta({
  description:
    'All taps from here on are counted. Rows of earlier buckets are late taps: the count of their tag, whole, for a while.',
})
const AsOf = Moment.meta({
  description: 'All taps that were acknowledged before are counted. It stands still while they cannot be.',
})

/** What the service sends about taps; `subscribed` and `unsubscribed` are those of every list. */
export const TAP_FRAMES = {
  tap_snapshot: z.object({
    type: z.literal('snapshot'),
    id: Id,
    epoch: z.string(),
    seq: Seq,
    as_of: AsOf,
    interval: z.enum(TAP_LIVE_INTERVALS),
    window_start: WindowStart,
    data: z.array(StreamTap).meta({ description: 'By bucket, then by tag.' }),
  }),
  tap_delta: z.object({
    type: z.literal('delta'),
    id: Id,
    from: Seq.meta({ description: 'Equals the last seq that the client has of this list.' }),
    seq: Seq,
    window_start: WindowStart,
    upsert: z.array(StreamTap).meta({ description: 'Counts as they are now, not what came to them.' }),
    remove: z.array(GoneTap).meta({ description: 'Rows that have left the window.' }),
  }),
  tap_heartbeat: z.object({
    type: z.literal('heartbeat'),
    id: Id.meta({ description: 'This list alone stands at `seq`.' }),
    seq: Seq,
    at: Moment.meta({ description: 'When it was sent.' }),
    as_of: AsOf,
  }),
}
