import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  eventually,
  QUICK,
  type ServiceProcess,
  simulated,
  startService,
  untilReady,
  upstreams,
} from '../support/service.ts'
import { newEngineFolder, tempFolder } from '../support/stores.ts'
import { type StreamReader, streamReader } from '../support/stream-reader.ts'

const ADMIN_TOKEN = 'an-admin-token-of-enough-characters-1234'
const UID = '4611686018427387904'

let simulator: Awaited<ReturnType<typeof simulated>>
let folder: Awaited<ReturnType<typeof tempFolder>>
let service: ServiceProcess

beforeAll(async () => {
  folder = await tempFolder()
  simulator = await simulated({ tokens: 5 })
  const data = await newEngineFolder(`${folder.path}/data`)
  service = await startService({ ...upstreams(simulator.urls), ...QUICK, DATA_DIR: data, ADMIN_TOKEN })
  await untilReady(service.url)
})
afterAll(async () => {
  await service?.[Symbol.asyncDispose]()
  await simulator?.close()
  folder?.remove()
})

async function send(path: string, method: string, key: string, body: object = {}) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const response = await fetch(service.url + path, {
    method,
    headers,
    ...(method === 'POST' && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json().catch(() => null)) as Record<string, string> }
}

/** A team with a tag. The store opens while prices are served already; on a busy machine no request may take that long. */
async function newTeam() {
  await eventually(
    () =>
      send('/v1/admin/teams', 'POST', ADMIN_TOKEN, { name: 'Night market' }).catch(() => ({ status: 599, body: {} })),
    ({ status }) => status < 500,
  )
  const { body } = await send(`/v1/admin/teams/${'Night%20market'}/keys`, 'POST', ADMIN_TOKEN)
  const { key = '', id = '' } = body
  await send('/v1/tags', 'POST', key, { uid: UID })
  return { key, id }
}

let taps = 0
const tap = (key: string, more: object = {}) =>
  send('/v1/taps', 'POST', key, { taps: [{ id: `t${++taps}`, tag: UID, ...more }] })

/** A WebSocket of a browser, with a ticket, which follows the minutes. */
async function browser(key: string, reader: StreamReader) {
  const { body } = await send('/v1/stream/tickets', 'POST', key)
  const socket = new WebSocket(`${service.url.replace('http', 'ws')}/v1/stream?ticket=${body['ticket']}`)
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code)
  })
  socket.onmessage = ({ data }) => reader.read(String(data))
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve()
    socket.onerror = () => reject(new Error('no connection'))
  })
  reader.connect()
  const since = reader.since('t')
  socket.send(JSON.stringify({ op: 'subscribe', id: 't', channel: 'taps', ...(since && { since }) }))
  return { socket, closed }
}

/** All that a reader has counted. */
const total = (reader: StreamReader) =>
  [...(reader.taps.get('t')?.counts.values() ?? [])].reduce((sum, count) => sum + count, 0)
const until = (isEnough: () => boolean) => eventually(async () => isEnough(), Boolean)

test('a tap reaches whoever follows it, late ones too, until the key is revoked', async () => {
  const { key, id } = await newTeam()
  const reader = streamReader()
  const first = await browser(key, reader)
  await until(() => reader.taps.has('t'))
  await tap(key, { count: 2 })
  await until(() => total(reader) === 2)
  const late = new Date(Date.now() - 90 * 60_000).toISOString()
  await tap(key, { count: 40, at: late })
  await until(() => total(reader) === 42)
  expect([...(reader.taps.get('t')?.counts.keys() ?? [])].join()).toContain(`${late.slice(0, 16)}:00.000Z ${UID}`)
  first.socket.close()
  await first.closed
  await tap(key)
  const second = await browser(key, reader)
  await until(() => total(reader) === 43)
  await send(`/v1/admin/keys/${id}`, 'DELETE', ADMIN_TOKEN)
  expect(await second.closed).toBe(4401)
  expect(service.output()).not.toMatch(/ttap_(live|ticket)_/)
})
