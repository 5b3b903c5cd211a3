import type { Broadcaster, LogEntry, Position } from '../../ports/broadcaster.ts'
import { LOG_ENTRIES_MAX, READ_ENTRIES_MAX, READ_WAIT_MS } from './board.ts'
import { packed, packedBoard, readable } from './bodies.ts'
import { entryId, positionOf } from './positions.ts'
import { type RedisQuestions, untilAborted } from './redis-questions.ts'
import { APPEND, BEGIN } from './scripts.ts'

/** Entries that a newcomer asks for at once: all that a large market has in the log would be too much for one answer. */
const TAIL_ENTRIES = 16

/** The log of ticks as a Redis stream whose ids are `<epoch>-<seq>`. */
export function redisBroadcaster(questions: RedisQuestions): Broadcaster {
  const { owner, leaseTtlMs, headKey, ticksKey, run, send, sendWaiting } = questions
  // A read that nobody waits for any more still keeps its connection until Redis has answered.
  let turn: Promise<unknown> = Promise.resolve()

  return {
    async begin({ fence, after, body }) {
      if (after !== null) entryId({ epoch: after, seq: 0 })
      const answer = `${await run(BEGIN, [owner, `${fence}`, after ?? '0', await packedBoard(body)])}`
      return answer === 'FENCED' ? 'fenced' : { epoch: answer }
    },
    async append({ fence, epoch, seq, nonce, body }) {
      entryId({ epoch, seq })
      const tick = [`${fence}`, epoch, `${seq}`, nonce, await packed(body)]
      const answer = `${await run(APPEND, [owner, ...tick, `${leaseTtlMs}`, `${LOG_ENTRIES_MAX}`])}`
      return answer.toLowerCase() as Awaited<ReturnType<Broadcaster['append']>>
    },
    async read(after, signal) {
      const id = entryId(after)
      const wait = ['COUNT', `${READ_ENTRIES_MAX}`, 'BLOCK', `${READ_WAIT_MS}`]
      const ask = () => (signal.aborted ? null : sendWaiting(['XREAD', ...wait, 'STREAMS', ticksKey, id]))
      const answer = turn.then(ask)
      turn = answer.catch(() => undefined)
      const [stream] = (await untilAborted(answer, signal)) as readonly (readonly [Buffer, readonly StreamEntry[]])[]
      return entriesOf(stream?.[1] ?? [])
    },
    async tail(position) {
      entryId(position)
      const entries: StreamEntry[] = []
      let from = position
      for (let found = TAIL_ENTRIES; found === TAIL_ENTRIES; from = positionOf(`${entries.at(-1)?.[0]}`)) {
        const next = entryId({ ...from, seq: from.seq + 1 })
        const more = await send(['XRANGE', ticksKey, next, '+', 'COUNT', `${TAIL_ENTRIES}`])
        entries.push(...(more as readonly StreamEntry[]))
        found = (more as readonly StreamEntry[]).length
      }
      return entriesOf(entries)
    },
    async head() {
      const [epoch, seq] = (await send(['HMGET', headKey, 'epoch', 'seq'])) as readonly (Buffer | null)[]
      return epoch && seq ? ({ epoch: `${epoch}`, seq: Number(seq) } satisfies Position) : null
    },
  }
}

/** As Redis gives it: an id and its fields, names and values in turn. */
type StreamEntry = readonly [id: Buffer, fields: readonly Buffer[]]

function entriesOf(entries: readonly StreamEntry[]): Promise<readonly LogEntry[]> {
  return Promise.all(entries.map(entryOf))
}

async function entryOf([id, [, kind, , body]]: StreamEntry): Promise<LogEntry> {
  const position = positionOf(`${id}`)
  return body === undefined || `${kind}` === 'begin'
    ? { kind: 'begin', ...position }
    : { kind: 'tick', ...position, body: await readable(body) }
}
