import { expect, test } from 'vitest'
import { simulated, startService, untilReady, upstreams } from '../support/service.ts'

test('a process tells its figures on the loopback address, and on no other port', async () => {
  await using simulator = await simulated({ tokens: 20 })
  await using service = await startService({ ...upstreams(simulator.urls), METRICS_PORT: '0', HOST: '127.0.0.1' })
  const [, url = ''] = await service.said(/"metrics":"([^"]+)"/)
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
  await untilReady(service.url)
  expect((await fetch(`${service.url}/v1/nothing`)).status).toBe(404)
  expect((await fetch(`${service.url}/metrics`)).status).toBe(404)
  const figures = await (await fetch(url)).text()
  expect(figures).toMatch(/^tickertap_http_answers_total\{status="404"\} 2$/m)
  expect(figures).toMatch(/^tickertap_source_questions_total\{source="jupiter",outcome="ok"\} [1-9]/m)
  expect(figures).toMatch(/^tickertap_board_seq \d+$/m)
  expect(figures).toMatch(/^tickertap_streams_open 0$/m)
  for (const name of ['quota_alone_total', 'taps_waiting', 'visits_waiting', 'visits_lost']) {
    expect(figures).toMatch(new RegExp(`^tickertap_${name} 0$`, 'm'))
  }
  expect(figures).toMatch(/^process_resident_memory_bytes \d+$/m)
})
