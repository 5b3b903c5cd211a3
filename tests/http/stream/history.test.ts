import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TokenRow } from '../../../src/domain/tokens/row.ts'
import { rows } from '../../support/fake-service.ts'
import { ALL, changed, streamed, subscribe, type TestSocket, testStreams } from './support.ts'

const BOARD = rows(8)

const change = fc.record({
  place: fc.nat(BOARD.length - 1),
  volume: fc.constantFrom(null, 1, 2, 3),
  price: fc.constantFrom(null, 1, 2),
  moved: fc.constantFrom(0, 6),
  gone: fc.boolean(),
})
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('tick' as const), changes: fc.array(change, { maxLength: 4 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cut' as const), client: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('stall' as const), client: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'epoch' as const }) },
)

/** The list of each client; two of them share one. */
const LIMITS = [1, 3, 3, 30]

function apply(
  row: TokenRow | undefined,
  { volume, price, moved }: { volume: number | null; price: number | null; moved: number },
) {
  return changed(row, {
    priceUsd: price,
    volumeUsd: { '5m': 1, '1h': 1, '6h': 1, '24h': volume, '7d': null },
    changePct: { '5m': moved, '1h': 1, '6h': 1, '24h': 1, '7d': null },
  })
}

test('whatever happens, a client at a position has exactly what the board showed there', async () => {
  let resumed = 0
  let anew = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const http = testStreams({ initial: BOARD })
      const truth = new Map<string, unknown>()
      const note = () => {
        const head = http.feed.head()
        for (const limit of LIMITS)
          truth.set(`${limit} ${head?.epoch} ${head?.seq}`, streamed(http.feed.shown(ALL, limit)))
      }
      note()
      const open = async (place: number, before: TestSocket | null) => {
        const client = await http.connect()
        const known = before?.reader.lists.get('a')
        if (known !== undefined) client.reader.lists.set('a', known)
        client.say(subscribe({ limit: LIMITS[place] }, { since: before?.reader.since('a') }))
        return client
      }
      const clients = await Promise.all(LIMITS.map((_, place) => open(place, null)))
      const check = () => {
        // A reader that was sent what it cannot apply fails inside the service, which notes it and closes.
        expect(http.log.lines.filter(({ level }) => level === 'error')).toEqual([])
        for (const [place, { reader }] of clients.entries()) {
          const known = reader.lists.get('a')
          expect(known?.rows).toEqual(truth.get(`${LIMITS[place]} ${known?.epoch} ${known?.seq}`))
        }
      }
      let epoch = 7
      for (const one of steps) {
        if (one.kind === 'tick') {
          const unique = new Map(one.changes.map((made) => [made.place, made]))
          const stays = [...unique.values()].filter(({ gone }) => !gone)
          http.feed.tick(
            stays.map((made) => apply(BOARD[made.place], made)),
            [...unique.values()].filter(({ gone }) => gone).flatMap(({ place }) => BOARD[place]?.id ?? []),
          )
          note()
        } else if (one.kind === 'epoch') {
          epoch += 1
          http.feed.begin(String(epoch), BOARD)
          note()
        } else if (one.kind === 'wait') {
          for (const client of clients) client.events.ponged()
          await http.clock.advance(one.seconds * 1000)
        } else {
          const before = clients[one.client]
          if (before === undefined) continue
          if (one.kind === 'stall' && before.closed === null) before.buffered = before.buffered === 0 ? 1e9 : 0
          else {
            before.cut()
            clients[one.client] = await open(one.client, before)
          }
        }
        check()
      }
      for (const client of clients) client.buffered = 0
      http.feed.tick()
      note()
      for (const [place, client] of clients.entries()) {
        if (client.closed !== null || client.terminated) clients[place] = await open(place, client)
      }
      check()
      for (const [place, { reader }] of clients.entries()) {
        expect(reader.lists.get('a')?.rows).toEqual(streamed(http.feed.shown(ALL, LIMITS[place] ?? 0)))
        for (const frame of reader.frames) if (frame.type === 'subscribed') frame.recovered ? resumed++ : anew++
      }
    }),
    { numRuns: 300 },
  )
  expect(Math.min(resumed, anew)).toBeGreaterThan(300)
}, 120_000)
