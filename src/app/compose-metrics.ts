import { metricsEndpoint } from '../adapters/metrics/endpoint.ts'
import { prometheusMetrics } from '../adapters/metrics/prometheus.ts'
import type { Counter } from '../ports/metrics.ts'
import type { Snapshot } from '../ports/service.ts'
import type { TapFigures } from './usecases/taps/taps.ts'

/** What is told about, apart from what is counted. */
export interface Watched {
  readonly head: () => Snapshot | null
  readonly streams: () => number
  readonly nowMs: () => number
  /** Null when no history is kept. */
  readonly recording: () => { readonly waiting: number; readonly written: number; readonly dropped: number } | null
  readonly taps: () => TapFigures
}

export interface ProcessMetrics {
  /** Labels: source, outcome. */
  readonly questions: Counter
  readonly onAnswer: (status: number) => void
  /** A quota was decided without Redis, though there should be one. */
  readonly onQuotaAlone: () => void
  /** Begins to tell about the parts that exist only once everything is put together. */
  watch(watched: Watched): void
  readonly fetch: (request: Request) => Promise<Response>
}

/** The figures of this process, and what answers whoever asks for them. */
export function processMetrics(): ProcessMetrics {
  const metrics = prometheusMetrics()
  const answers = metrics.counter('tickertap_http_answers_total', 'Answers over HTTP, by status.', ['status'])
  const alone = metrics.counter(
    'tickertap_quota_alone_total',
    'Queries that this process let through or refused without Redis, though there should be one.',
    [],
  )
  return {
    questions: metrics.counter('tickertap_source_questions_total', 'Questions to the sources, by how they ended.', [
      'source',
      'outcome',
    ]),
    onAnswer: (status) => answers.add([String(status)]),
    onQuotaAlone: () => alone.add([]),
    watch({ head, streams, nowMs, recording, taps }) {
      metrics.gauge('tickertap_streams_open', 'Streams that are open, over WebSocket or SSE.', streams)
      metrics.gauge('tickertap_board_seq', 'Number of the newest board.', () => head()?.seq ?? null)
      metrics.gauge('tickertap_board_age_seconds', 'Seconds since the newest board was made.', () => {
        const newest = head()
        return newest === null ? null : (nowMs() - newest.asOfMs) / 1000
      })
      metrics.gauge('tickertap_minutes_waiting', 'Minutes of tokens that wait to be recorded.', () => {
        return recording()?.waiting ?? null
      })
      metrics.gauge('tickertap_minutes_recorded', 'Minutes of tokens recorded, each part of one counted.', () => {
        return recording()?.written ?? null
      })
      metrics.gauge(
        'tickertap_minutes_dropped',
        'Minutes of tokens given up, for the history was away too long.',
        () => {
          return recording()?.dropped ?? null
        },
      )
      metrics.gauge('tickertap_taps_waiting', 'Taps that wait to be written.', () => taps().waiting)
      metrics.gauge('tickertap_visits_waiting', 'Visits of tags that are counted once the store is back.', () => {
        return taps().keptVisits
      })
      metrics.gauge('tickertap_visits_lost', 'Visits of tags that will never be counted.', () => taps().lostVisits)
      metrics.gauge('tickertap_sources_failing', 'Sources whose last question failed.', () => {
        const newest = head()
        return newest === null ? null : newest.sources.filter(({ ok }) => !ok).length
      })
    },
    fetch: metricsEndpoint(metrics),
  }
}
