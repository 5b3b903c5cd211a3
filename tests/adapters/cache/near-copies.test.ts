import { expect, test } from 'vitest'
import { type Fetched, nearCopies } from '../../../src/adapters/cache/near-copies.ts'
import { fakeClock, settle } from '../../support/fake-clock.ts'

const LIMITS = { maxEntries: 10, maxChars: 1000 }
const fetched = (text: string, endsAtMs = 1000): Fetched => ({ entry: { text, stampMs: 1 }, endsAtMs })

/** Answers by hand, and counts how often it was asked. */
function slowSource() {
  const answers: ((value: Fetched | null) => void)[] = []
  const fetch = () => new Promise<Fetched | null>((resolve) => void answers.push(resolve))
  return { fetch, answers }
}

test('asks once, then answers from the copy with the life that is left', async () => {
  const clock = fakeClock()
  const near = nearCopies({ clock, ...LIMITS })
  let asked = 0
  const fetch = async () => {
    asked += 1
    return fetched('x')
  }
  expect((await near.take('k', fetch))?.lifeMs).toBe(1000)
  await clock.advance(400)
  expect(await near.take('k', fetch)).toEqual({ entry: { text: 'x', stampMs: 1 }, lifeMs: 600 })
  expect(asked).toBe(1)
})

test('a copy ends with its entry, whether or not anybody says so', async () => {
  const clock = fakeClock()
  const near = nearCopies({ clock, ...LIMITS })
  await near.take('k', async () => fetched('x'))
  await clock.advance(1000)
  expect(await near.take('k', async () => null)).toBeNull()
})

test('callers who ask at one time share one question', async () => {
  const near = nearCopies({ clock: fakeClock(), ...LIMITS })
  const source = slowSource()
  const takes = [near.take('k', source.fetch), near.take('k', source.fetch), near.take('other', source.fetch)]
  expect(source.answers).toHaveLength(2)
  for (const answer of source.answers) answer(fetched('x'))
  expect((await Promise.all(takes)).map((held) => held?.entry.text)).toEqual(['x', 'x', 'x'])
})

test.each(['forget', 'clear'] as const)('an answer that %s overtook is handed out and not kept', async (how) => {
  const near = nearCopies({ clock: fakeClock(), ...LIMITS })
  const source = slowSource()
  const first = near.take('k', source.fetch)
  near[how]('k')
  const second = near.take('k', source.fetch)
  source.answers[0]?.(fetched('old'))
  expect((await first)?.entry.text).toBe('old')
  source.answers[1]?.(fetched('new'))
  expect((await second)?.entry.text).toBe('new')
  expect((await near.take('k', async () => fetched('unasked')))?.entry.text).toBe('new')
})

test('neither a failure nor an absence is remembered', async () => {
  const near = nearCopies({ clock: fakeClock(), ...LIMITS })
  const fails = async () => {
    throw new Error('away')
  }
  await expect(near.take('k', fails)).rejects.toThrow('away')
  await settle()
  expect(await near.take('k', async () => null)).toBeNull()
  expect((await near.take('k', async () => fetched('there')))?.entry.text).toBe('there')
})

test('holds no more entries and characters than it may', async () => {
  const near = nearCopies({ clock: fakeClock(), maxEntries: 2, maxChars: 100 })
  const keys = ['a', 'b', 'c']
  for (const key of keys) await near.take(key, async () => fetched(key))
  expect((await near.take('a', async () => fetched('asked again')))?.entry.text).toBe('asked again')
  await near.take('big', async () => fetched('x'.repeat(98)))
  expect((await near.take('big', async () => fetched('asked again')))?.entry.text).toBe('asked again')
})
