import { createRoute, z } from '@hono/zod-openapi'
import { STREAM_READS, withKeyOrTicket } from '../access/declared.ts'
import { KEY_PROBLEMS, problems } from '../schemas/problem.ts'
import { SocketQuery, StreamQuery, TapStreamQuery } from './schemas.ts'

const STREAM_PROBLEMS = ['origin_not_allowed', 'too_many_connections', 'shutting_down'] as const

/** `GET /v1/stream` */
export const socket = createRoute({
  method: 'get',
  path: '/v1/stream',
  tags: ['Streams'],
  operationId: 'openSocket',
  security: STREAM_READS,
  summary: 'Every change, over a WebSocket',
  description:
    'Several lists on one connection. /asyncapi.json describes the messages. ' +
    'Lists of taps need a key of the team in the headers of this request, or a ticket of it.',
  request: { query: SocketQuery },
  responses: {
    101: { description: 'The connection speaks WebSocket from here on: JSON, one object in each text message.' },
    ...problems(...KEY_PROBLEMS, 'upgrade_required', ...STREAM_PROBLEMS),
  },
})

const LastEventId = z.object({
  'last-event-id': z
    .string()
    .optional()
    .openapi({ description: 'The last position of this list that the client has.' }),
})
const EVENTS = {
  200: {
    description: 'Events, until either side ends it.',
    content: { 'text/event-stream': { schema: z.string() } },
  },
}

/** `GET /v1/stream/tokens` */
export const events = createRoute({
  method: 'get',
  path: '/v1/stream/tokens',
  tags: ['Streams'],
  operationId: 'openTokenEvents',
  security: STREAM_READS,
  summary: 'Every change of one list, as server-sent events',
  description:
    'Events `subscribed`, `snapshot`, `delta`, `event` and `heartbeat`; their data are the frames that /asyncapi.json describes. ' +
    'The id of an event is a position, `<epoch>-<seq>`: browsers send it back by themselves and go on without a gap.',
  request: { query: StreamQuery, headers: LastEventId },
  responses: {
    ...EVENTS,
    ...problems(...KEY_PROBLEMS, 'invalid_cursor', 'no_data', 'too_many_views', ...STREAM_PROBLEMS),
  },
})

/** `GET /v1/stream/taps` */
export const tapEvents = createRoute({
  method: 'get',
  path: '/v1/stream/taps',
  tags: ['Streams'],
  operationId: 'openTapEvents',
  security: withKeyOrTicket('read'),
  summary: 'Every change of the taps of a team, as server-sent events',
  description:
    'Counts by bucket and tag, as they are now. Events `subscribed`, `snapshot`, `delta` and `heartbeat`, as for tokens; ' +
    '`error` with the code `key_invalid` when the key has ended. Late taps change the count of the bucket in which they happened.',
  request: { query: TapStreamQuery, headers: LastEventId },
  responses: { ...EVENTS, ...problems(...KEY_PROBLEMS, 'tag_not_found', 'taps_unavailable', ...STREAM_PROBLEMS) },
})
