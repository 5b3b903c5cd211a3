import { expect, test } from 'vitest'
import { rows } from '../../support/fake-service.ts'
import { changed, subscribe, testStreams } from './support.ts'

const BOARD = rows(2)
const [SOL, FIRST] = BOARD
const POINTS = [...Array(23).fill(null), 5]

async function twoReaders() {
  const http = testStreams({ initial: [changed(SOL, { spark: POINTS }), changed(FIRST, {})] })
  const [plain, charts] = await Promise.all([http.connect(), http.connect()])
  plain.say(subscribe())
  charts.say(subscribe({ include: 'spark' }))
  return { http, plain, charts }
}

test('points of the last day are in a snapshot for those who asked, and for nobody else', async () => {
  const { plain, charts } = await twoReaders()
  const seen = [plain, charts].map(({ reader }) => reader.lists.get('a')?.rows.map((row) => row['spark']))
  expect(seen.map((list) => list?.toSorted())).toEqual([
    [undefined, undefined],
    [POINTS, null],
  ])
})

test('new points alone are a delta for those who asked, and nothing for the others', async () => {
  const { http, plain, charts } = await twoReaders()
  const frames = plain.reader.frames.length
  http.feed.tick([changed(FIRST, { spark: POINTS })])
  expect(charts.reader.frames.at(-1)).toMatchObject({
    type: 'delta',
    seq: 2,
    upsert: [{ id: FIRST?.id, spark: POINTS }],
  })
  expect(plain.reader.frames).toHaveLength(frames)
})

test('with other news the points are left out for those who did not ask, and what leads on fits what went before', async () => {
  const { http, plain, charts } = await twoReaders()
  http.feed.tick([changed(FIRST, { spark: POINTS })])
  http.feed.tick([changed(FIRST, { spark: POINTS.toReversed(), priceUsd: 9 })])
  const upsert = { id: FIRST?.id, price_usd: 9 }
  expect(plain.reader.frames.at(-1)).toMatchObject({ from: 1, seq: 3, upsert: [upsert] })
  expect(charts.reader.frames.at(-1)).toMatchObject({
    from: 2,
    seq: 3,
    upsert: [{ ...upsert, spark: POINTS.toReversed() }],
  })
  expect(plain.reader.frames.at(-1)).not.toHaveProperty('upsert.0.spark')
  // It missed nothing that it could have seen.
  expect(plain.reader.frames.at(-1)).not.toHaveProperty('conflated')
})
