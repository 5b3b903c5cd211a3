import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi'
import type { AttentionQuestion, AttentionService } from '../../../ports/attention.ts'
import { withKey } from '../access/declared.ts'
import { holderOf } from '../access/holder.ts'
import type { Answers } from '../answers.ts'
import { attentionBody } from '../bodies/attention.ts'
import type { EdgeEnv } from '../exchange.ts'
import type { Quota } from '../quota.ts'
import { tagged } from '../schemas/answer.ts'
import { AttentionQuery, AttentionSchema } from '../schemas/attention.ts'
import { problems } from '../schemas/problem.ts'
import { QUOTA_HEADERS } from '../schemas/quota.ts'
import { PRIVATE, QUERY_PROBLEMS, QUOTA_REFUSALS } from './tap-analytics.ts'

export const showAttention = createRoute({
  method: 'get',
  path: '/v1/attention',
  tags: ['Taps'],
  operationId: 'showAttention',
  summary: 'Taps beside the price of their token',
  description:
    'Taps and the recorded price in the same buckets, and how their changes correlate when one of the two is moved by some ' +
    'buckets. It says what came together, and not what caused what.',
  security: withKey('read'),
  request: { query: AttentionQuery },
  responses: {
    ...tagged('The two beside each other.', AttentionSchema, QUOTA_HEADERS),
    ...problems('tag_not_found', 'history_unavailable', ...QUERY_PROBLEMS),
    ...QUOTA_REFUSALS,
  },
})

export interface AttentionRouteDeps {
  readonly attention: AttentionService
  readonly answers: Answers
  readonly quota: Quota
}

/** What taps and prices have to do with each other. Counts against the quota of the key. */
export function attentionRoutes({ attention, answers, quota }: AttentionRouteDeps) {
  return new OpenAPIHono<EdgeEnv>().openapi(showAttention, async (c) => {
    const question = questionOf(c.req.valid('query'))
    const { team, key } = holderOf(c)
    await attention.checkAttention(team.id, question)
    const answer = await quota.spend(key.id, async () => {
      const body = attentionBody(await attention.attention(team.id, question))
      return answers.anew(c.env.exchange, { text: JSON.stringify(body), headers: PRIVATE })
    })
    return answer as never
  })
}

function questionOf({ tag, token, from, to, interval, tz, lags }: z.output<typeof AttentionQuery>): AttentionQuestion {
  const of = tag === undefined ? { token: token ?? '' } : { tag }
  return { of, from, to, interval, zone: tz, lagsMax: lags }
}
