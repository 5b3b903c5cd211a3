import type { SourceAnswer } from '../../../ports/token-source.ts'
import { answer, type Question } from '../shape/answer.ts'
import { readPool } from './pool.ts'
import { isOfType, labelsOf, openResources } from './resources.ts'
import { readToken } from './token.ts'

/**
 * Bodies whose rows are pools (search, trending, new, pools of a network or token) or tokens (`tokens/multi`,
 * `tokens/{address}`, with the pools that came along). Pools are statements about their base token, so an asked token
 * that is only a quote stays unresolved.
 * @throws SourceError `bad_body`
 */
export function parseMarket(body: unknown, question: Question): SourceAnswer {
  const resources = openResources(body)
  const labels = labelsOf(resources)
  const pools = [...resources.data, ...resources.included].filter((row) => isOfType(row, 'pool'))
  // Tokens that merely came along carry labels, no market.
  const tokens = resources.data.filter((row) => isOfType(row, 'token'))
  return answer('geckoterminal', question, [
    ...tokens.map((row) => readToken(row, question.observedAtMs)),
    ...pools.map((row) => readPool(row, labels, question.observedAtMs)),
  ])
}
