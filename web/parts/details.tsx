import { useEffect, useRef, useState } from 'preact/hooks'
import type { StreamToken } from '../../clients/stream.ts'
import { span } from '../board/notices.ts'
import { sourceLabel } from '../board/sources.ts'
import { priceAgeMs, STALE_AFTER_MS, STATUS_MEANINGS } from '../board/status.ts'
import { moneyText } from '../format/money.ts'
import { type Explanation, type Failure, fetchExplanation } from './explanation.ts'
import type { DeskProps } from './page.tsx'
import { Price } from './price.tsx'

/** The token that was opened, and why its price is what it is. */
export function Details({ desk }: DeskProps) {
  const id = desk.view.value.token
  return id === '' ? null : <Drawer key={id} desk={desk} id={id} />
}

function Drawer({ desk, id }: DeskProps & { readonly id: string }) {
  const title = useRef<HTMLHeadingElement>(null)
  const [found, setFound] = useState<Explanation | Failure | null>(null)
  const load = () => {
    setFound(null)
    void fetchExplanation(id).then(setFound)
  }
  useEffect(() => {
    title.current?.focus()
    load()
  }, [id])
  const token = desk.state()?.rows.find((row) => row.id === id) ?? null
  const [network = '', address = ''] = split(id)
  return (
    <aside class="details" aria-label="Token">
      <div class="title">
        <h2 tabIndex={-1} ref={title}>
          {token?.symbol ?? address.slice(0, 8)} <small>{token?.name ?? ''}</small>
        </h2>
        <button type="button" class="icon" aria-label="Close" onClick={(event) => close(desk, event)}>
          ✕
        </button>
      </div>
      <p class="muted address">
        {network} · <code>{address}</code>
      </p>
      {token !== null && <Now token={token} nowMs={desk.nowMs.value} />}
      <h3>Why this price</h3>
      {found === null ? (
        <p class="muted">Asking…</p>
      ) : 'problem' in found ? (
        <Refused {...found} retry={load} />
      ) : (
        <Why {...found} />
      )}
    </aside>
  )
}

/** The keyboard goes back to the row; a pointer is where it wants to be. */
function close(desk: DeskProps['desk'], { detail }: MouseEvent) {
  if (detail === 0) desk.closeToken()
  else desk.show({ token: '' })
}

function Now({ token, nowMs }: { readonly token: StreamToken; readonly nowMs: number }) {
  const ageMs = priceAgeMs(token, nowMs)
  return (
    <>
      <p class="now">
        <Price usd={token.price_usd} />
      </p>
      <p class={ageMs !== null && ageMs > STALE_AFTER_MS ? 'old' : 'muted'}>
        {ageMs === null ? 'No price' : `${span(ageMs)} old`}
        {token.sources.length > 0 && `, from ${token.sources.map(sourceLabel).join(', ')}`}
      </p>
      <p>
        <span class={`tag ${token.status}`}>{token.status}</span> {STATUS_MEANINGS[token.status]}
      </p>
    </>
  )
}

function Refused({ problem, code, requestId, retry }: Failure & { readonly retry: () => void }) {
  return (
    <div role="alert">
      <p>
        {problem} <code>{code}</code>
      </p>
      {requestId !== '' && <p class="muted">Request {requestId}</p>}
      <button type="button" onClick={retry}>
        Retry
      </button>
    </div>
  )
}

const REFUSALS: Readonly<Record<string, string>> = {
  quote_side: 'is about the other token of the pair',
  bad_price: 'is no price',
  unknown_source: 'of an unknown source',
  too_old: 'too old',
  repeated: 'said twice',
  outlier: 'too far from the others',
}

function Why({ algo, result, inputs, steps, path }: Explanation) {
  const accepted = inputs.filter((input) => input.accepted).length
  return (
    <>
      <p>
        {steps.voters.length === 0
          ? 'Nobody’s price could be used.'
          : `The median of ${steps.voters.map(sourceLabel).join(', ')}; ${accepted} of ${inputs.length} statements count.`}
        {result.source !== null && ` It is the price that ${sourceLabel(result.source)} reported.`}
      </p>
      <div class="facts-table">
        <table>
          <thead>
            <tr>
              <th scope="col">Source</th>
              <th scope="col">Price</th>
              <th scope="col">Depth</th>
              <th scope="col">Age</th>
            </tr>
          </thead>
          <tbody>
            {inputs.map((input) => (
              <tr key={`${input.source} ${input.pool}`} class={input.accepted ? '' : 'refused'}>
                <th scope="row">
                  {sourceLabel(input.source)}
                  <small>
                    {input.dex ?? (input.pool === null ? 'the token as a whole' : 'pool')}
                    {!input.accepted && ` · rejected: ${REFUSALS[input.reason] ?? input.reason}`}
                  </small>
                </th>
                <td>
                  <Price usd={input.price_usd} />
                </td>
                <td>{moneyText(input.depth_usd, 'usd')}</td>
                <td>{span(input.age_ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        <a href={path}>The same as JSON</a> <span class="muted">{algo}</span>
      </p>
    </>
  )
}

/** An id is `network:address`, and an address may have colons of its own. */
function split(id: string): [network: string, address: string] {
  const colon = id.indexOf(':')
  return [id.slice(0, colon), id.slice(colon + 1)]
}
