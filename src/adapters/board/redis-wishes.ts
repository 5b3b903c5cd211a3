import { parseTokenId } from '../../domain/tokens/identity.ts'
import type { Wish, Wishes } from '../../ports/wishes.ts'
import { READ_WAIT_MS, WISHES_KEPT_MS, WISHES_MAX } from './board.ts'
import { type RedisQuestions, untilAborted } from './redis-questions.ts'

/** Wishes as a Redis stream, whose ids are Redis' own time: so no clock of ours says what is too old to be heard. */
export function redisWishes(
  { send }: Pick<RedisQuestions, 'send'>,
  waiting: Pick<RedisQuestions, 'send'>,
  key: string,
): Wishes {
  return {
    async tell(wish) {
      await send(['XADD', key, 'MAXLEN', '~', `${WISHES_MAX}`, '*', 'wish', JSON.stringify(wish)])
    },
    async hear(after, signal) {
      const mark = after ?? `${(await nowMs(send)) - WISHES_KEPT_MS}-0`
      const wait = ['COUNT', `${WISHES_MAX}`, 'BLOCK', `${READ_WAIT_MS}`]
      if (signal.aborted) return { mark, wishes: [] }
      const read = waiting.send(['XREAD', ...wait, 'STREAMS', key, mark])
      const [stream] = (await untilAborted(read, signal)) as readonly Stream[]
      const entries = stream?.[1] ?? []
      const last = entries.at(-1)?.[0]
      const wishes = entries.flatMap(([, [, text]]) => wishIn(text))
      return { mark: last === undefined ? mark : `${last}`, wishes }
    },
  }
}

type Stream = readonly [key: Buffer, entries: readonly (readonly [id: Buffer, fields: readonly Buffer[]])[]]

async function nowMs(send: RedisQuestions['send']): Promise<number> {
  const [seconds] = (await send(['TIME'])) as readonly Buffer[]
  return Number(`${seconds}`) * 1000
}

/** None for what this program, in this version, did not write. */
function wishIn(text: Buffer | undefined): readonly Wish[] {
  try {
    const { queries, tokens, sinceMs } = JSON.parse(`${text}`) as Partial<Wish>
    if (!isTexts(queries) || !isTexts(tokens)) return []
    const known = tokens.filter((id) => parseTokenId(id) === id)
    return [{ queries, tokens: known, sinceMs: typeof sinceMs === 'number' ? sinceMs : null }]
  } catch {
    return []
  }
}

function isTexts(values: unknown): values is readonly string[] {
  return Array.isArray(values) && values.every((value) => typeof value === 'string')
}
