import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Desk } from '../board/desk.ts'
import { Copy } from '../parts/copy.tsx'
import { type Asked, useAnswer } from './answer.ts'
import { type Detail, type Explanation, type Failure, isFailure, pathOf } from './answers.ts'
import { Chart } from './chart.tsx'
import { Now } from './now.tsx'
import { Pools } from './pools.tsx'
import { Why } from './why.tsx'

export interface DrawerProps {
  readonly desk: Desk
  /** `network:address` */
  readonly id: string
}

/** One token: its price, how it went, why it is what it is, and where it is traded. */
export function Drawer({ desk, id }: DrawerProps) {
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [id])
  const isPaused = desk.pause.value !== null
  const path = pathOf(id)
  const why = useAnswer<Explanation>(`${path}/explain`, isPaused)
  const detail = useAnswer<Detail>(path, isPaused)
  const token = desk.state()?.rows.find((row) => row.id === id) ?? null
  const colon = id.indexOf(':')
  const address = id.slice(colon + 1)
  const nowMs = desk.nowMs.value
  const explanation = good(why)
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
        {id.slice(0, colon)} · <code>{address}</code> <Copy text={address} what="the address" />
      </p>
      {token !== null && (
        <Now
          token={token}
          nowMs={nowMs}
          solUsd={desk.solUsd.value}
          why={explanation}
          reason={good(detail)?.reason ?? null}
        />
      )}
      <h3>Price over time</h3>
      <Chart path={path} isPaused={isPaused} />
      <h3>Why this price</h3>
      <Told asked={why}>
        {explanation === null ? null : (
          <Why {...explanation} path={path} nowMs={nowMs} shownUsd={(token ?? explanation.published).price_usd} />
        )}
      </Told>
      {explanation !== null && (
        <>
          <h3>Pools</h3>
          <Told asked={detail}>
            <Pools pools={good(detail)?.pools ?? []} nowMs={nowMs} />
          </Told>
        </>
      )}
    </aside>
  )
}

function good<T extends object>({ answer }: Asked<T>): T | null {
  return answer === null || isFailure(answer) ? null : answer
}

/** What was asked for, or why it is not there. */
function Told({ asked, children }: { readonly asked: Asked<object>; readonly children: VNode | null }) {
  if (asked.answer === null) return <p class="muted">Asking…</p>
  return isFailure(asked.answer) ? <Refused {...asked.answer} retry={asked.ask} /> : children
}

/** The keyboard goes back to the row; a pointer is where it wants to be. */
function close(desk: Desk, { detail }: MouseEvent) {
  if (detail === 0) desk.closeToken()
  else desk.show({ token: '' })
}

export function Refused({ problem, code, requestId, retry }: Failure & { readonly retry: () => void }) {
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
