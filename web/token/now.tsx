import type { StreamToken } from '../../clients/stream.ts'
import { span } from '../board/notices.ts'
import { sourceLabel } from '../board/sources.ts'
import { priceAgeMs, STALE_AFTER_MS, STATUS_MEANINGS } from '../board/status.ts'
import { digits } from '../format/digits.ts'
import { Price } from '../parts/price.tsx'
import type { Explanation } from './answers.ts'

export interface NowProps {
  readonly token: StreamToken
  /** By the service's clock. */
  readonly nowMs: number
  readonly solUsd: number | null
  readonly why: Explanation | null
  /** Why the status is not `ok`, as the service says it. */
  readonly reason: string | null
}

/** The price that is shown now, and how far it can be trusted. */
export function Now({ token, nowMs, solUsd, why, reason }: NowProps) {
  const ageMs = priceAgeMs(token, nowMs)
  const sol = token.price_usd === null || solUsd === null ? null : token.price_usd / solUsd
  const band = why?.result.band ?? null
  return (
    <>
      {token.status === 'disputed' && why !== null ? (
        <Disputed sources={why.steps.sources} />
      ) : (
        <p class="now">
          <Price usd={token.price_usd} />
          {sol !== null && (
            <small>
              {' '}
              ≈ <Price usd={sol} sign="◎" />
            </small>
          )}
        </p>
      )}
      <p class={ageMs !== null && ageMs > STALE_AFTER_MS ? 'old' : 'muted'}>
        {ageMs === null ? 'No price' : `${span(ageMs)} old`}
        {token.sources.length > 0 && `, from ${token.sources.map(sourceLabel).join(', ')}`}
        {band !== null && band[0] < band[1] && (
          <>
            {' '}
            · said between <Price usd={band[0]} /> and <Price usd={band[1]} />
          </>
        )}
      </p>
      <p>
        <span class={`tag ${token.status}`}>{token.status}</span> {reason ?? STATUS_MEANINGS[token.status]}
      </p>
      {token.status === 'held' && <Pending why={why} />}
    </>
  )
}

/** None of them is more right than another, so none is shown larger. */
function Disputed({ sources }: Pick<Explanation['steps'], 'sources'>) {
  return (
    <div class="disputed">
      {sources.map(({ source, price_usd: usd }) => (
        <p class="now" key={source}>
          <Price usd={usd} /> <small>{sourceLabel(source)}</small>
        </p>
      ))}
    </div>
  )
}

function Pending({ why }: Pick<NowProps, 'why'>) {
  const pendingUsd = why?.previous?.pending?.price_usd ?? null
  const shownUsd = why?.published.price_usd ?? null
  if (pendingUsd === null || shownUsd === null) return null
  const times = Math.max(pendingUsd / shownUsd, shownUsd / pendingUsd)
  return (
    <p class="old">
      A new price, <Price usd={pendingUsd} />, is {digits(times, { maximumSignificantDigits: 2 })}× away and waits for a
      second witness.
    </p>
  )
}
