import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Board, LOG_ENTRIES_MAX } from '../../src/adapters/board/board.ts'
import { BoardUnavailable } from '../../src/domain/errors.ts'
import type { LogEntry, Position } from '../../src/ports/broadcaster.ts'
import { type BoardBench, boardVariants } from '../adapters/board/benches.ts'
import { appendNext, appendUpTo, begun, claimed, ticks } from '../adapters/board/steps.ts'
import { awakeMs } from '../support/stalls.ts'

const never = new AbortController().signal

for (const variant of boardVariants) {
  describe.skipIf(variant.skip)(`broadcaster: ${variant.name}`, () => {
    let benches: Awaited<ReturnType<typeof variant.start>>
    let bench: BoardBench
    let holder: Board
    let other: Board
    let fence: number
    let epoch: string
    beforeAll(async () => {
      benches = await variant.start()
    })
    afterAll(() => benches?.stop())
    beforeEach(async () => {
      bench = await benches.bench()
      holder = await bench.opened()
      other = await bench.opened()
      fence = (await claimed(holder)).fence
      epoch = (await begun(holder, { fence })).epoch
    })
    afterEach(() => bench.release())

    /** Another owner takes over, without having written anything. */
    const takeOver = async () => {
      await bench.expireLease()
      return claimed(other)
    }
    const readAll = async (board: Board, from: Position, until: Position) => {
      const read: LogEntry[] = []
      for (let at = from; at.epoch !== until.epoch || at.seq < until.seq; at = read.at(-1) ?? at) {
        read.push(...(await board.broadcaster.read(at, never)))
      }
      return read
    }

    describe('append', () => {
      test('continues the epoch, one seq after the other', async () => {
        for (let seq = 1; seq <= 5; seq++) expect(await appendNext(holder, { fence, epoch, seq })).toBe('ok')
        expect(await other.broadcaster.head()).toEqual({ epoch, seq: 5 })
        expect(await other.broadcaster.tail({ epoch, seq: 0 })).toEqual(ticks(epoch, 1, 5))
      })

      test('is ok for the same nonce again, and appends nothing', async () => {
        const tick = { fence, epoch, seq: 1, nonce: 'n' }
        expect(await appendNext(holder, tick)).toBe('ok')
        expect(await appendNext(holder, tick)).toBe('ok')
        expect(await holder.broadcaster.tail({ epoch, seq: 0 })).toEqual(ticks(epoch, 1, 1))
      })

      test('is ok for the same nonce even when the lease has gone since', async () => {
        const tick = { fence, epoch, seq: 1, nonce: 'n' }
        await appendNext(holder, tick)
        await takeOver()
        expect(await appendNext(holder, tick)).toBe('ok')
        expect(await other.lease.claim()).toMatchObject({ held: true, head: { seq: 1 } })
      })

      test('is lost for any seq but the next, for the same seq under another nonce, and for another epoch', async () => {
        await appendUpTo(holder, { fence, epoch, last: 2 })
        for (const seq of [0, 1, 2, 4]) expect(await appendNext(holder, { fence, epoch, seq })).toBe('lost')
        const unknown = `${Number(epoch) + 1}`
        expect(await appendNext(holder, { fence, epoch: unknown, seq: 3 })).toBe('lost')
        expect(await holder.broadcaster.head()).toEqual({ epoch, seq: 2 })
      })

      test('is lost when the shared system has lost everything', async ({ skip }) => {
        if (bench.loseEverything === null) return skip('nothing outlives the process')
        await bench.loseEverything()
        expect(await appendNext(holder, { fence, epoch, seq: 1 })).toBe('lost')
      })

      test('is fenced when the lease has run out, though nobody else has claimed it', async () => {
        await bench.expireLease()
        expect(await appendNext(holder, { fence, epoch, seq: 1 })).toBe('fenced')
        const again = await claimed(holder)
        expect(await appendNext(holder, { fence: again.fence, epoch, seq: 1 })).toBe('ok')
      })

      test('is fenced when another owner holds the lease, before and after that one has written', async () => {
        const { fence: newer } = await takeOver()
        expect(await appendNext(holder, { fence, epoch, seq: 1 })).toBe('fenced')
        expect(await appendNext(other, { fence: newer, epoch, seq: 1 })).toBe('ok')
        expect(await appendNext(holder, { fence, epoch, seq: 2 })).toBe('fenced')
      })

      test('is fenced under an outdated fence, even in the hands of who holds the lease', async () => {
        await takeOver()
        await bench.expireLease()
        const again = await claimed(holder)
        expect(await appendNext(holder, { fence, epoch, seq: 1 })).toBe('fenced')
        expect(await appendNext(holder, { fence: again.fence, epoch, seq: 1 })).toBe('ok')
      })

      test('takes one of several who append the same seq at once', async () => {
        const appends = Array.from({ length: 8 }, () => appendNext(holder, { fence, epoch, seq: 1 }))
        expect((await Promise.all(appends)).toSorted()).toEqual([...Array(7).fill('lost'), 'ok'])
      })

      test('refuses a position that is none as a mistake', async () => {
        await expect(appendNext(holder, { fence, epoch: 'solo', seq: 1 })).rejects.toThrow(RangeError)
        await expect(appendNext(holder, { fence, epoch, seq: 0.5 })).rejects.toThrow(RangeError)
      })
    })

    describe('begin', () => {
      test('makes a larger epoch each time, of digits, that starts at 0', async () => {
        const next = await begun(holder, { fence })
        const last = await begun(holder, { fence })
        expect(Number(next.epoch)).toBeGreaterThan(Number(epoch))
        expect(Number(last.epoch)).toBeGreaterThan(Number(next.epoch))
        expect(last.epoch).toMatch(/^\d+$/)
        expect(await other.broadcaster.head()).toEqual({ epoch: last.epoch, seq: 0 })
        expect(await appendNext(holder, { fence, epoch: last.epoch, seq: 1 })).toBe('ok')
      })

      test('makes a larger epoch though the clock stands before the last one', async () => {
        const future = `${Number(epoch) + 3_600_000}`
        const next = await begun(holder, { fence, after: future })
        expect(next.epoch).toBe(`${Number(future) + 1}`)
        // From here on the clock is an hour behind what is written.
        expect((await begun(holder, { fence })).epoch).toBe(`${Number(future) + 2}`)
      })

      test('lets the ticks before it go', async () => {
        await appendUpTo(holder, { fence, epoch, last: 3 })
        const next = await begun(holder, { fence })
        expect(await other.broadcaster.tail({ epoch: '0', seq: 0 })).toEqual([{ kind: 'begin', ...next, seq: 0 }])
      })

      test('is fenced without the lease, and under an outdated fence', async () => {
        const start = { fence, after: epoch, body: [] }
        await bench.expireLease()
        expect(await holder.broadcaster.begin(start)).toBe('fenced')
        await claimed(other)
        expect(await holder.broadcaster.begin(start)).toBe('fenced')
        await bench.expireLease()
        await claimed(holder)
        expect(await holder.broadcaster.begin(start)).toBe('fenced')
        expect(await other.broadcaster.head()).toEqual({ epoch, seq: 0 })
      })
    })

    describe('read', () => {
      test('gives at once what follows a position, in order', async () => {
        await appendUpTo(holder, { fence, epoch, last: 4 })
        expect(await other.broadcaster.read({ epoch, seq: 1 }, never)).toEqual(ticks(epoch, 2, 4))
      })

      test('waits, and wakes when something comes', async () => {
        const reading = other.broadcaster.read({ epoch, seq: 0 }, never)
        await bench.untilReading(reading)
        await appendNext(holder, { fence, epoch, seq: 1 })
        expect(await reading).toEqual(ticks(epoch, 1, 1))
      })

      test('gives nothing when nothing comes, after about a second', async () => {
        const reading = other.broadcaster.read({ epoch, seq: 0 }, never)
        await bench.untilReading(reading)
        await bench.passReadWait()
        expect(await reading).toEqual([])
      })

      test('shows that a new epoch has begun to who waits in the old one, and to who comes later', async () => {
        await appendUpTo(holder, { fence, epoch, last: 2 })
        const reading = other.broadcaster.read({ epoch, seq: 2 }, never)
        await bench.untilReading(reading)
        const next = await begun(holder, { fence })
        expect((await reading)[0]).toEqual({ kind: 'begin', ...next, seq: 0 })
        await appendNext(holder, { fence, ...next, seq: 1 })
        const late = await readAll(other, { epoch, seq: 1 }, { ...next, seq: 1 })
        expect(late).toEqual([{ kind: 'begin', ...next, seq: 0 }, ...ticks(next.epoch, 1, 1)])
      })

      test('brings many ticks in order over several reads, and a gap where they are no longer kept', async () => {
        const last = LOG_ENTRIES_MAX + 12
        await appendUpTo(holder, { fence, epoch, last })
        const read = await readAll(other, { epoch, seq: 3 }, { epoch, seq: last })
        expect(read).toEqual(ticks(epoch, last - LOG_ENTRIES_MAX + 1, last))
        expect(await other.broadcaster.tail({ epoch, seq: 3 })).toEqual(read)
      })

      test('gives every reader the same, however many read at once', async () => {
        const readers = [holder, other, bench.open(), bench.open()]
        const all = readers.map((board) => readAll(board, { epoch, seq: 0 }, { epoch, seq: 30 }))
        await appendUpTo(holder, { fence, epoch, last: 30 })
        for (const read of await Promise.all(all)) expect(read).toEqual(ticks(epoch, 1, 30))
      })

      test('gives nothing as soon as its signal is aborted, and the next read works', async () => {
        const stop = new AbortController()
        const reading = other.broadcaster.read({ epoch, seq: 0 }, stop.signal)
        await bench.untilReading(reading)
        const startMs = awakeMs()
        stop.abort()
        expect(await reading).toEqual([])
        // Without the signal it would take the rest of the second.
        expect(awakeMs() - startMs).toBeLessThan(400)
        expect(await other.broadcaster.read({ epoch, seq: 0 }, stop.signal)).toEqual([])
        const next = other.broadcaster.read({ epoch, seq: 0 }, never)
        await appendNext(holder, { fence, epoch, seq: 1 })
        expect(
          await next.then((entries) =>
            entries.length > 0 ? entries : readAll(other, { epoch, seq: 0 }, { epoch, seq: 1 }),
          ),
        ).toEqual(ticks(epoch, 1, 1))
      })

      test('may be asked twice at once', async () => {
        const reads = [1, 2].map(() => other.broadcaster.read({ epoch, seq: 0 }, never))
        await bench.untilReading(Promise.all(reads))
        await appendNext(holder, { fence, epoch, seq: 1 })
        expect(await Promise.all(reads)).toEqual([ticks(epoch, 1, 1), ticks(epoch, 1, 1)])
      })

      test('refuses a position that is none as a mistake', async () => {
        for (const at of [
          { epoch: 'solo', seq: 0 },
          { epoch: '', seq: 0 },
          { epoch: '01', seq: 0 },
          { epoch, seq: -1 },
        ]) {
          await expect(other.broadcaster.read(at, never)).rejects.toThrow(RangeError)
          await expect(other.broadcaster.tail(at)).rejects.toThrow(RangeError)
        }
      })
    })

    test('tail gives what follows a position that is still kept, and does not wait', async () => {
      await appendUpTo(holder, { fence, epoch, last: 40 })
      expect(await other.broadcaster.tail({ epoch, seq: 40 })).toEqual([])
      expect(await other.broadcaster.tail({ epoch, seq: 8 })).toEqual(ticks(epoch, 9, 40))
      expect(await other.broadcaster.tail({ epoch: '0', seq: 0 })).toEqual([
        { kind: 'begin', epoch, seq: 0 },
        ...ticks(epoch, 1, 40),
      ])
    })

    test('head is null before the first epoch', async ({ skip }) => {
      const empty = await benches.bench()
      const board = await empty.opened()
      expect(await board.broadcaster.head()).toBeNull()
      expect(await board.broadcaster.tail({ epoch: '0', seq: 0 })).toEqual([])
      await empty.release()
      if (bench.loseEverything === null) return skip('nothing outlives the process')
      await bench.loseEverything()
      expect(await holder.broadcaster.head()).toBeNull()
    })

    test('bodies come back to the last character', async () => {
      const bodies = [
        '',
        'a\u0000b',
        'ä 😀 \u2028',
        JSON.stringify(Array.from({ length: 60_000 }, (_, row) => row / 7)),
      ]
      for (const [index, body] of bodies.entries()) {
        const tick = { fence, epoch, seq: index + 1, nonce: `n${index}`, body }
        expect(await holder.broadcaster.append(tick)).toBe('ok')
      }
      const read = await readAll(other, { epoch, seq: 0 }, { epoch, seq: bodies.length })
      expect(read.map((entry) => (entry.kind === 'tick' ? entry.body : null))).toEqual(bodies)
    })

    test('every call is BoardUnavailable after close, one that waits too', async () => {
      const reading = expect(other.broadcaster.read({ epoch, seq: 0 }, never)).rejects.toThrow(BoardUnavailable)
      await bench.untilReading(reading)
      await other.close()
      await reading
      await expect(other.broadcaster.read({ epoch, seq: 0 }, never)).rejects.toThrow(BoardUnavailable)
      await expect(other.broadcaster.tail({ epoch, seq: 0 })).rejects.toThrow(BoardUnavailable)
      await expect(other.broadcaster.head()).rejects.toThrow(BoardUnavailable)
      await expect(appendNext(other, { fence, epoch, seq: 1 })).rejects.toThrow(BoardUnavailable)
      await expect(begun(other, { fence })).rejects.toThrow(BoardUnavailable)
    })
  })
}
