import { describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { EVERY_MS, LIST, lists, next, startSocketio, TRANSPORTS } from './start.ts'

describe.each(TRANSPORTS)('a stock client over %s', (transport) => {
  test('gets the list at once, and the list of every round', async () => {
    await using server = await startSocketio()
    const client = server.client({ transports: [transport] })
    expect(await next(client, 'price-update')).toEqual(LIST)
    for (const price of [1, 2, 3]) {
      server.serve(JSON.stringify([{ price_sol: price }]))
      const update = next(client, 'price-update')
      await server.clock.advance(EVERY_MS)
      expect(await update).toEqual([{ price_sol: price }])
    }
  })

  test('gets the list again in a round without changes, which shows that the service lives', async () => {
    await using server = await startSocketio()
    const client = server.client({ transports: [transport] })
    await next(client, 'price-update')
    const update = next(client, 'price-update')
    await server.clock.advance(EVERY_MS)
    expect(await update).toEqual(LIST)
  })

  test('gets nothing while there is no data, and the list within a second once there is', async () => {
    await using server = await startSocketio({ text: null })
    const client = server.client({ transports: [transport] })
    const got = lists(client)
    await next(client, 'connect')
    await server.clock.advance(5 * EVERY_MS)
    server.serve(JSON.stringify(LIST))
    const update = next(client, 'price-update')
    await server.clock.advance(1000)
    await update
    expect(got).toEqual([LIST])
  })

  test('gets nothing when it comes while data has gone', async () => {
    await using server = await startSocketio()
    server.serve(null)
    await server.clock.advance(EVERY_MS)
    const client = server.client({ transports: [transport] })
    const got = lists(client)
    await next(client, 'connect')
    await server.clock.advance(EVERY_MS)
    server.serve('[]')
    const update = next(client, 'price-update')
    await server.clock.advance(1000)
    await update
    expect(got).toEqual([[]])
  })
})

test('a client that begins with polling and goes on with WebSocket, as stock clients do, misses no round', async () => {
  await using server = await startSocketio()
  const client = server.client()
  const upgraded = new Promise((resolve) => client.io.engine.once('upgrade', resolve))
  expect(client.io.engine.transport.name).toBe('polling')
  await Promise.all([next(client, 'price-update'), upgraded])
  const update = next(client, 'price-update')
  await server.clock.advance(EVERY_MS)
  expect(await update).toEqual(LIST)
  expect(client.io.engine.transport.name).toBe('websocket')
})

test('the list travels as the text that was handed over, number for number', async () => {
  const text = '[{"price_sol":1e-9,"price_usd":0.30000000000000004,"token_name":"\\u0000 é","volume_sol":null}]'
  await using server = await startSocketio({ text })
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=websocket`)
  socket.once('message', () => socket.send('40'))
  const message = await new Promise<string>((resolve) => {
    socket.on('message', (data) => String(data).startsWith('42') && resolve(String(data)))
  })
  expect(JSON.parse(message.slice(2))).toEqual(['price-update', JSON.parse(text)])
  expect(message).toContain('"price_usd":0.30000000000000004')
  socket.terminate()
})

test('a list that cannot be had, or is none, is told to the log, and the next round goes on', async () => {
  await using server = await startSocketio()
  const client = server.client({ transports: ['websocket'] })
  await next(client, 'price-update')
  const got = lists(client)
  for (const bad of [new Error('no'), '{"no":"array"}', 'not json']) {
    server.serve(bad)
    await server.clock.advance(EVERY_MS)
  }
  expect(server.log.lines.filter(({ level }) => level === 'warn').length).toBeGreaterThanOrEqual(3)
  server.serve('["back"]')
  const update = next(client, 'price-update')
  await server.clock.advance(1000)
  await update
  expect(got).toEqual([['back']])
})

test('a reader that has stalled has one list waiting for it at most, however many rounds it misses', async () => {
  const big = JSON.stringify(['x'.repeat(16_000_000)])
  await using server = await startSocketio({ text: big })
  const stalled = server.client({ transports: ['websocket'] })
  const reader = server.client({ transports: ['websocket'] })
  await Promise.all([next(stalled, 'price-update'), next(reader, 'price-update')])
  const raw = (stalled.io.engine.transport as unknown as { ws: WebSocket }).ws
  raw.pause()
  for (let round = 1; round <= 6; round += 1) {
    const update = next(reader, 'price-update')
    await server.clock.advance(EVERY_MS)
    await update
  }
  const got = lists(stalled)
  server.serve('["after"]')
  raw.resume()
  // The list that was on its way when it stalled, and the one that waited.
  while (got.length < 2) await next(stalled, 'price-update')
  const update = next(stalled, 'price-update')
  await server.clock.advance(EVERY_MS)
  expect(await update).toEqual(['after'])
  expect(got).toHaveLength(3)
})
