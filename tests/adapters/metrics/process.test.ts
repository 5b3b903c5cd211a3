import { expect, test } from 'vitest'
import { processMetrics } from '../../../src/app/compose-metrics.ts'

const NOTHING = { head: () => null, streams: () => 0, nowMs: () => 0, recording: () => null }

async function lines(metrics: ReturnType<typeof processMetrics>): Promise<readonly string[]> {
  const answer = await metrics.fetch(new Request('http://here/metrics'))
  return (await answer.text()).split('\n')
}

test('taps that wait, and visits that wait or are lost, are told as they are when somebody looks', async () => {
  const metrics = processMetrics()
  let figures = { waiting: 3, keptVisits: 2, lostVisits: 1 }
  metrics.watch({ ...NOTHING, taps: () => figures })
  const told = ['tickertap_taps_waiting 3', 'tickertap_visits_waiting 2', 'tickertap_visits_lost 1']
  expect(await lines(metrics)).toEqual(expect.arrayContaining(told))
  figures = { waiting: 0, keptVisits: 0, lostVisits: 4 }
  expect(await lines(metrics)).toEqual(
    expect.arrayContaining(['tickertap_taps_waiting 0', 'tickertap_visits_waiting 0', 'tickertap_visits_lost 4']),
  )
})

test('quotas that are decided without Redis are counted, from none', async () => {
  const metrics = processMetrics()
  expect(await lines(metrics)).toContain('tickertap_quota_alone_total 0')
  metrics.onQuotaAlone()
  metrics.onQuotaAlone()
  expect(await lines(metrics)).toContain('tickertap_quota_alone_total 2')
})
