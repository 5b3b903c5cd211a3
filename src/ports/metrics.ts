/**
 * Figures about the process for an operator's monitoring. Counting is cheap enough for every request and never fails.
 * Names are in the words of Prometheus: `tickertap_…`, a unit at the end, `_total` for what only grows.
 */
export interface Metrics {
  /** @param labels names of what tells the counts apart; their values must be few, and never a client's words */
  counter(name: string, help: string, labels: readonly string[]): Counter
  /** @param read called whenever somebody looks; null: there is no such figure now */
  gauge(name: string, help: string, read: () => number | null): void
  /** Everything as text, in the format that `contentType` names. */
  text(): Promise<string>
  readonly contentType: string
}

export interface Counter {
  /** @param values one for each label, in order */
  add(values: readonly string[]): void
}
