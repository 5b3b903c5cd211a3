import { describe, expect, test } from 'vitest'
import { metricsEndpoint } from '../../../src/adapters/metrics/endpoint.ts'
import { measuredSource } from '../../../src/adapters/metrics/measured-source.ts'
import { prometheusMetrics } from '../../../src/adapters/metrics/prometheus.ts'
import { SourceError } from '../../../src/domain/errors.ts'
import type { TokenSource } from '../../../src/ports/token-source.ts'

const SIGNAL = new AbortController().signal

describe('figures for monitoring', () => {
  test('a counter grows by its labels', async () => {
    const metrics = prometheusMetrics()
    const answers = metrics.counter('tickertap_answers_total', 'Answers.', ['status'])
    for (const status of ['200', '200', '503']) answers.add([status])
    const text = await metrics.text()
    expect(text).toContain('tickertap_answers_total{status="200"} 2\n')
    expect(text).toContain('tickertap_answers_total{status="503"} 1\n')
  })

  test('a gauge is read when somebody looks, and is left out while there is no figure', async () => {
    const metrics = prometheusMetrics()
    let seq: number | null = null
    metrics.gauge('tickertap_board_seq', 'Number of the newest board.', () => seq)
    expect(await metrics.text()).not.toMatch(/^tickertap_board_seq/m)
    seq = 7
    expect(await metrics.text()).toContain('\ntickertap_board_seq 7\n')
    seq = null
    expect(await metrics.text()).not.toMatch(/^tickertap_board_seq/m)
  })

  test('a source is counted by how its questions end, and answers and throws as before', async () => {
    const metrics = prometheusMetrics()
    const ends = metrics.counter('tickertap_source_questions_total', 'Questions.', ['source', 'outcome'])
    const answer = { source: 'jupiter', observedAtMs: 1, observations: [], unresolved: [] }
    const failure = new SourceError('timeout', 'too slow')
    const source: TokenSource = {
      name: 'jupiter',
      callsPerMinute: 1,
      batchSize: 1,
      searches: true,
      supports: () => true,
      search: async () => answer,
      lookup: () => Promise.reject(failure),
      callsLeft: () => 1,
      permitFurther() {},
    }
    const measured = measuredSource(source, ends)
    expect(await measured.search('SOL', SIGNAL)).toBe(answer)
    await expect(measured.lookup([], SIGNAL)).rejects.toBe(failure)
    const text = await metrics.text()
    expect(text).toContain('{source="jupiter",outcome="ok"} 1')
    expect(text).toContain('{source="jupiter",outcome="timeout"} 1')
  })
})

describe('the port for metrics', () => {
  const answer = metricsEndpoint(prometheusMetrics())

  test('answers /metrics in the format of Prometheus, the process included', async () => {
    const response = await answer(new Request('http://here/metrics'))
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    expect(await response.text()).toContain('process_resident_memory_bytes')
  })

  test('knows no other path and no other method', async () => {
    expect((await answer(new Request('http://here/v1/tokens'))).status).toBe(404)
    expect((await answer(new Request('http://here/metrics', { method: 'POST' }))).status).toBe(405)
  })
})
