import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi'
import { ServiceError } from '../../../domain/errors.ts'
import type { TapQuestion, TapService } from '../../../ports/taps.ts'
import { withKey } from '../access/declared.ts'
import { holderOf } from '../access/holder.ts'
import type { Answers } from '../answers.ts'
import { CSV_TYPE } from '../bodies/csv.ts'
import { analyticsBody, analyticsCsv, oldAnalyticsBody } from '../bodies/tap.ts'
import type { EdgeEnv } from '../exchange.ts'
import { jsonBody } from '../json-body.ts'
import type { Quota } from '../quota.ts'
import { alsoCsv, json, tagged } from '../schemas/answer.ts'
import { KEY_PROBLEMS, problems } from '../schemas/problem.ts'
import { QUOTA_HEADERS, QUOTA_REFUSAL } from '../schemas/quota.ts'
import { AnalyticsQuery, AnalyticsSchema, OldAnalyticsBody, OldAnalyticsSchema } from '../schemas/tap.ts'

/** Of every question about taps. */
export const QUERY_PROBLEMS = [...KEY_PROBLEMS, 'quota_exceeded', 'taps_unavailable', 'shutting_down'] as const
/** Put after the other problems of such a question. */
export const QUOTA_REFUSALS = {
  429: { ...problems('quota_exceeded', 'too_many_requests')[429], headers: QUOTA_REFUSAL[429].headers },
}

export const countTaps = createRoute({
  method: 'get',
  path: '/v1/taps/analytics',
  tags: ['Taps'],
  operationId: 'countTaps',
  summary: 'Taps of the team in buckets of time',
  description:
    'At most 10,000 buckets, those without taps included. Buckets begin where they begin in `tz`, so the first and the ' +
    'last may reach beyond the range: they are marked partial and count only what is in it.',
  security: withKey('read'),
  request: { query: AnalyticsQuery },
  responses: {
    ...alsoCsv(tagged('The counts.', AnalyticsSchema, QUOTA_HEADERS)),
    ...problems('tag_not_found', ...QUERY_PROBLEMS),
    ...QUOTA_REFUSALS,
  },
})

export const countTapsCompatibly = createRoute({
  method: 'post',
  path: '/v1/api/tap/analytics',
  tags: ['Taps'],
  operationId: 'countTapsCompatibly',
  summary: 'Taps of the team in buckets of UTC that have any',
  description: 'A compatibility route: clients of an earlier service change only the host.',
  security: withKey('read'),
  middleware: jsonBody(),
  request: { body: { required: true, content: { 'application/json': { schema: OldAnalyticsBody } } } },
  responses: {
    200: { ...json('The counts.', OldAnalyticsSchema), headers: QUOTA_HEADERS },
    ...problems('invalid_body', 'payload_too_large', 'unsupported_media_type', ...QUERY_PROBLEMS),
    ...QUOTA_REFUSALS,
  },
})

export interface AnalyticsRouteDeps {
  readonly taps: TapService
  readonly answers: Answers
  readonly quota: Quota
}

/** Of one team: nobody else may keep it, and whoever keeps it asks again before it is used. */
export const PRIVATE = { 'cache-control': 'private, no-cache' }

/** Questions about taps. Each counts against the quota of its key. */
export function tapAnalyticsRoutes({ taps, answers, quota }: AnalyticsRouteDeps) {
  return new OpenAPIHono<EdgeEnv>()
    .openapi(countTaps, async (c) => {
      const query = c.req.valid('query')
      const question = questionOf(query)
      const { team, key } = holderOf(c)
      await taps.checkAnalytics(team.id, question)
      const answer = await quota.spend(key.id, async () => {
        const counts = await taps.analytics(team.id, question)
        const made =
          query.format === 'csv'
            ? { text: analyticsCsv(counts), contentType: CSV_TYPE }
            : { text: JSON.stringify(analyticsBody(counts)) }
        return answers.anew(c.env.exchange, { ...made, headers: PRIVATE })
      })
      return answer as never
    })
    .openapi(countTapsCompatibly, async (c) => {
      const question = oldQuestionOf(c.req.valid('json'))
      const { team, key } = holderOf(c)
      await inOldWords(() => taps.checkAnalytics(team.id, question))
      const answer = await quota.spend(key.id, async () => {
        const counts = await inOldWords(() => taps.analytics(team.id, question))
        return c.json(oldAnalyticsBody(counts), 200, { 'cache-control': 'no-store' })
      })
      return answer as never
    })
}

function questionOf({ from, to, interval, tz, tag, group_by }: z.output<typeof AnalyticsQuery>): TapQuestion {
  return { from, to, interval, zone: tz, tag: tag ?? null, byTag: group_by === 'tag' }
}

function oldQuestionOf({ startDate, endDate, interval }: z.output<typeof OldAnalyticsBody>): TapQuestion {
  return { from: startDate, to: endDate, interval, zone: 'UTC', tag: null, byTag: false }
}

const OLD_NAMES: Readonly<Record<string, string>> = { from: 'startDate', to: 'endDate' }

/** What is wrong with a question, said of the members that the client sent. */
async function inOldWords<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'invalid_parameter') throw error
    const flaws = error.flaws.map(({ path, message }) => ({
      in: 'body' as const,
      path: OLD_NAMES[path] ?? path,
      message: message.replaceAll('`from`', '`startDate`'),
    }))
    const names = flaws.map(({ path }) => path).join(', ')
    throw new ServiceError(
      'invalid_body',
      flaws[0] === undefined ? error.message : `Not valid: ${names}. ${flaws[0].message}`,
      {
        flaws,
        cause: error,
      },
    )
  }
}
