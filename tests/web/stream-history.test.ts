import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openStream, type StreamToken, type TokenList, type TokenParams } from '../../clients/stream.ts'
import { fakeClock, settle } from '../support/fake-clock.ts'
import { type ToyStream, toyStream, toyToken } from '../support/toy-stream.ts'
import { toyNetwork } from './toy-network.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f']
const KEEP = 4

/** One thing that happens: to the market, on the wire, or at the client. */
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ tick: fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.nat(3)), { maxLength: 4 }) }),
  },
  { weight: 4, arbitrary: fc.constant('pump' as const) },
  { weight: 2, arbitrary: fc.constant('beat' as const) },
  { weight: 5, arbitrary: fc.record({ deliver: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 2, arbitrary: fc.constantFrom('cut' as const, 'swallow' as const, 'double' as const) },
  { weight: 1, arbitrary: fc.constantFrom('freeze' as const, 'restart' as const, 'second_list' as const) },
  { weight: 1, arbitrary: fc.record({ refilter: fc.record({ limit: fc.integer({ min: 1, max: 6 }) }) }) },
  { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(100, 2_000, 40_000) }) },
)
type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never

function world() {
  const clock = fakeClock()
  const service = toyStream(KEEP)
  const network = toyNetwork(service)
  const stream = openStream({ url: 'ws://toy', clock, random: () => 0.5, connect: network.connect })
  const market = new Map<string, StreamToken>()
  const lists: { list: TokenList; params: TokenParams }[] = []
  const open = (params: TokenParams) => {
    const entry = { params, list: stream.tokens(params, () => isTrue(service, entry)) }
    lists.push(entry)
  }
  open({ limit: 3 })
  return { clock, service, network, market, lists, open }
}
type World = ReturnType<typeof world>

/** The heart of it: whatever a list shows is what the service showed at that position. */
function isTrue(service: ToyStream, { list, params }: { list: TokenList; params: TokenParams }) {
  const state = list.state()
  if (state === null || list.isWaiting()) return
  expect(state.rows).toEqual(service.truth(state.epoch, state.seq, params))
}

async function happen({ clock, service, network, market, lists, open }: World, what: Happening) {
  if (what === 'pump') network.server()?.pump()
  else if (what === 'beat') network.server()?.beat(clock.nowMs())
  else if (what === 'cut') network.cut()
  else if (what === 'swallow') loseOne({ service, network, market })
  else if (what === 'double') network.double()
  else if (what === 'freeze') network.freeze()
  else if (what === 'restart') service.restart()
  else if (what === 'second_list') lists.length < 3 && open({ limit: 2, order: 'asc' })
  else if ('tick' in what) {
    for (const [name, volume] of what.tick) {
      if (volume === 0) market.delete(name)
      else market.set(name, toyToken(name, { volume, price_usd: service.head().seq }))
    }
    service.tick([...market.values()])
  } else if ('deliver' in what) network.deliver(what.deliver)
  else if ('wait' in what) await clock.advance(what.wait)
  else {
    const [first] = lists
    if (first === undefined) return
    first.params = what.refilter
    first.list.refilter(what.refilter)
  }
  await settle()
}

/** Loses a frame and changes every token: the next delta of a list is what shows that one is missing. */
function loseOne({ service, network, market }: Pick<World, 'service' | 'network' | 'market'>) {
  network.swallow()
  for (const name of NAMES) market.set(name, toyToken(name, { price_usd: 1000 + service.head().seq }))
  service.tick([...market.values()])
  network.server()?.pump()
}

/** Quiet, and a wire that works: everything still owed arrives. */
async function comeToRest({ clock, service, network, lists }: World) {
  const isAtHead = ({ list }: (typeof lists)[number]) =>
    list.state()?.seq === service.head().seq && list.state()?.epoch === service.head().epoch && !list.isWaiting()
  for (let round = 0; round < 60 && !(network.waiting() === 0 && lists.every(isAtHead)); round++) {
    network.server()?.pump()
    network.deliver(100)
    network.server()?.beat(clock.nowMs())
    network.deliver(100)
    await clock.advance(2_000)
  }
}

test('whatever happens to the wire, a list shows what the service showed at that position, and ends at its head', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 60 }), async (happenings) => {
      const all = world()
      for (const what of happenings) {
        await happen(all, what)
        for (const entry of all.lists) isTrue(all.service, entry)
      }
      await comeToRest(all)
      const { epoch, seq } = all.service.head()
      for (const { list, params } of all.lists) {
        expect(list.state()).toMatchObject({ epoch, seq, rows: all.service.truth(epoch, seq, params) })
      }
    }),
    { numRuns: 3_000 },
  )
})
