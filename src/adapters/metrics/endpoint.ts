import type { Metrics } from '../../ports/metrics.ts'

/** What the port for metrics answers: the figures at `/metrics`, and nothing else. */
export function metricsEndpoint(metrics: Metrics): (request: Request) => Promise<Response> {
  return async ({ method, url }) => {
    if (new URL(url).pathname !== '/metrics') return new Response('Only /metrics is here.\n', { status: 404 })
    if (method !== 'GET' && method !== 'HEAD') {
      return new Response('GET only.\n', { status: 405, headers: { allow: 'GET, HEAD' } })
    }
    return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } })
  }
}
