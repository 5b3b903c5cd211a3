import { z } from '@hono/zod-openapi'
import { CLIENT_MESSAGES, SERVER_FRAMES, StreamToken, StreamUpsert } from './schemas.ts'
import { StreamTap } from './tap-schemas.ts'

/** The AsyncAPI 3.0 document of the WebSocket, made from the schemas that also read and check its messages. */
export function asyncapiDocument(version: string) {
  const { messages, schemas } = components()
  const channel = { $ref: '#/channels/stream' }
  const inChannel = (names: readonly string[]) => names.map((name) => ({ $ref: `#/channels/stream/messages/${name}` }))
  return {
    asyncapi: '3.0.0',
    info: { title: 'Tickertap streams', version, license: { name: 'MIT' }, description: DESCRIPTION },
    defaultContentType: 'application/json',
    channels: {
      stream: {
        address: '/v1/stream',
        description: 'A WebSocket. Each text message is one JSON object.',
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: {
      ask: { action: 'receive' as const, channel, messages: inChannel(CLIENT_NAMES) },
      tell: { action: 'send' as const, channel, messages: inChannel(SERVER_NAMES) },
    },
    components: { messages, schemas },
  }
}

const DESCRIPTION = `Every change of a list of tokens, and of the taps of a team, in order.

The service sends the same frames as the data of server-sent events at \`GET /v1/stream/tokens\` and \`GET /v1/stream/taps\`.
A list begins with \`subscribed\` and, unless \`recovered\`, a \`snapshot\`. Each \`delta\` leads from the position that the client has to the next.
To apply one: drop the rows in \`remove\`; merge each \`upsert\` over its row by top-level key, new rows at the end; if there is an \`order\`, arrange the rows by it.
\`heartbeat\` comes every 15 seconds: every list of tokens of the connection then stands at its \`seq\`.
Lists of taps (channel \`taps\`) are for connections that were opened with a key or a ticket; their rows are named by \`bucket\` and \`tag\`, an \`upsert\` replaces the count, and each has a \`heartbeat\` of its own, with its \`id\`.
To resume, subscribe with \`since\` set to the position of the last delta, snapshot or heartbeat.`

const CLIENT_NAMES = Object.keys(CLIENT_MESSAGES)
const SERVER_NAMES = Object.keys(SERVER_FRAMES)

/** One message and one schema for each, and rows by reference. */
function components() {
  const registry = z.registry<{ id: string }>()
  registry.add(StreamToken, { id: 'Token' })
  registry.add(StreamUpsert, { id: 'TokenChange' })
  registry.add(StreamTap, { id: 'TapCount' })
  const all = { ...CLIENT_MESSAGES, ...SERVER_FRAMES }
  for (const [name, schema] of Object.entries(all)) registry.add(schema, { id: name })
  const uri = (id: string) => `#/components/schemas/${id}`
  const { schemas } = z.toJSONSchema(registry, { uri, target: 'draft-7', io: 'input' })
  const messages = Object.fromEntries(Object.keys(all).map((name) => [name, { name, payload: { $ref: uri(name) } }]))
  return { messages, schemas: Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, plain(schema)])) }
}

/** Without what only a document of its own has. */
function plain({ $id, $schema, ...schema }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return schema
}
