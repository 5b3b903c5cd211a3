import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Metrics } from '../../ports/metrics.ts'

/** Counts in this process, told in the format of Prometheus, with the runtime's own figures as far as it has them. */
export function prometheusMetrics(): Metrics {
  const registry = new Registry()
  // Deno and Bun lack some of what it watches on Node; our own figures do not depend on it.
  if (!('Deno' in globalThis || 'Bun' in globalThis)) collectDefaultMetrics({ register: registry })
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    counter(name, help, labels) {
      const counter = new Counter({ name, help, labelNames: [...labels], registers: [registry] })
      return { add: (values) => counter.labels(...values).inc() }
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          const value = read()
          if (value === null) this.remove()
          else this.set(value)
        },
      })
    },
  }
}
