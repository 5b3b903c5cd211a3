import type { SourceState } from '../../clients/stream.ts'
import { span } from './notices.ts'

const NAMES: Readonly<Record<string, string>> = {
  dexscreener: 'DexScreener',
  jupiter: 'Jupiter',
  geckoterminal: 'GeckoTerminal',
  coingecko: 'CoinGecko',
}
/** What the service's words mean to a reader. */
const REASONS: Readonly<Record<string, string>> = {
  timeout: 'does not answer in time',
  network: 'cannot be reached',
  http_error: 'answers with errors',
  rate_limited: 'has limited our requests',
  unauthorized: 'refuses our key',
  budget_spent: 'our own limit of requests is used up',
  circuit_open: 'failed too often and is left alone for a while',
  redirect: 'sends us elsewhere',
  too_large: 'answers with too much',
  not_json: 'answers with something that is not data',
  bad_body: 'answers with data that makes no sense',
  empty: 'answers with nothing',
  not_asked_yet: 'has not been asked yet',
}

/** One source as the header shows it. */
export interface SourceFact {
  readonly name: string
  readonly label: string
  readonly ok: boolean
  /** Why not; empty when ok. */
  readonly reason: string
  /** `41 s` since its newest good answer; null when it never gave one. */
  readonly age: string | null
}

/** @param nowMs by the service's clock */
export function sourceFacts(sources: readonly SourceState[], nowMs: number): SourceFact[] {
  return sources.map(({ name, ok, reason, observed_at: at }) => ({
    name,
    label: sourceLabel(name),
    ok,
    reason: ok ? '' : (REASONS[reason ?? ''] ?? reason ?? 'fails'),
    age: at === null ? null : span(nowMs - Date.parse(at)),
  }))
}

export function sourceLabel(name: string): string {
  return NAMES[name] ?? name
}

/** A sentence about all of them; empty when there is nothing to say. */
export function sourcesSentence(facts: readonly SourceFact[]): string {
  const failing = facts.filter(({ ok }) => !ok)
  const [first] = failing
  if (first === undefined) return ''
  if (failing.length === facts.length) {
    return 'The connection is live, but no source answers: prices are the last good ones'
  }
  const left = facts.length - failing.length
  const rest = left === 1 ? 'prices still from 1 source' : `prices still from ${left} sources`
  return failing.length === 1 ? `${first.label} ${first.reason}: ${rest}` : `${failing.length} sources fail: ${rest}`
}
