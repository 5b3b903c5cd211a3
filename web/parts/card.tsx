import { useEffect, useRef } from 'preact/hooks'
import type { StreamToken } from '../../clients/stream.ts'
import { span } from '../board/notices.ts'
import { LEAVE_MS, type PeekPlace } from '../board/peek.ts'
import { sourceLabel } from '../board/sources.ts'
import { priceAgeMs, STATUS_MEANINGS } from '../board/status.ts'
import { utcText } from '../format/age.ts'
import { digits, NOTHING } from '../format/digits.ts'
import { Copy } from './copy.tsx'
import type { DeskProps } from './page.tsx'

/** Between the card and what it is about, and the edge of the screen. */
const GAP_PX = 8

/** Everything that is known of the row somebody rests at: numbers in full, who said them and when. */
export function Card({ desk }: DeskProps) {
  const place = desk.peek.place.value
  const token = place === null ? undefined : desk.table()?.row(place.id)
  const card = useRef<HTMLElement>(null)
  useEffect(() => {
    const { current } = card
    if (current === null) return
    if (place === null || token === undefined) current.hidePopover()
    else putBeside(current, place)
  }, [place])
  return (
    <section
      ref={card}
      class="card"
      popover="manual"
      aria-label="In full"
      onPointerEnter={() => desk.peek.keep()}
      onPointerLeave={() => desk.peek.plan(null, LEAVE_MS)}
      onToggle={({ newState }) => newState === 'closed' && desk.peek.show(null)}
    >
      {token !== undefined && <Facts token={token} solUsd={desk.solUsd.value} nowMs={desk.nowMs.value} />}
    </section>
  )
}

/** Below the place, or above it where there is no room. */
function putBeside(card: HTMLElement, { x, y }: PeekPlace): void {
  card.showPopover()
  const { width, height } = card.getBoundingClientRect()
  const left = Math.max(GAP_PX, Math.min(x, innerWidth - width - GAP_PX))
  const below = y + GAP_PX + height < innerHeight
  card.style.left = `${left}px`
  card.style.top = `${below ? y + GAP_PX : Math.max(GAP_PX, y - GAP_PX - height)}px`
}

interface FactsProps {
  readonly token: StreamToken
  readonly solUsd: number | null
  /** By the service's clock. */
  readonly nowMs: number
}

function Facts({ token, solUsd, nowMs }: FactsProps) {
  const ageMs = priceAgeMs(token, nowMs)
  const { price_usd: usd, observed_at: at, market_cap_basis: basis } = token
  return (
    <>
      <p>
        <b>{token.symbol ?? NOTHING}</b> {token.name} · {token.network}
      </p>
      <p class="address">
        <code>{token.address}</code> <Copy text={token.address} what="the address" />
      </p>
      <dl>
        <Fact name="Price">{full(usd, '$')}</Fact>
        {solUsd !== null && usd !== null && <Fact name="in SOL">{full(usd / solUsd, '◎')}</Fact>}
        <Fact name="Volume, 24 h">{full(token.volume_usd['24h'], '$')}</Fact>
        <Fact name="Trades, 24 h">{full(token.transactions['24h'], '')}</Fact>
        <Fact name="Liquidity">{full(token.liquidity_usd, '$')}</Fact>
        <Fact name={basis === 'unknown' ? 'Market cap, as claimed' : 'Market cap'}>
          {full(token.market_cap_usd, '$')}
        </Fact>
        <Fact name="Fully diluted">{full(token.fdv_usd, '$')}</Fact>
        <Fact name="Seen">{at === null || ageMs === null ? NOTHING : `${utcText(at)}, ${span(ageMs)} ago`}</Fact>
        <Fact name="By">{token.sources.map(sourceLabel).join(', ') || NOTHING}</Fact>
      </dl>
      <p class="muted">{STATUS_MEANINGS[token.status]}</p>
    </>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** Every digit that was said. */
function full(value: number | null, sign: string): string {
  return value === null ? NOTHING : sign + digits(value, { maximumSignificantDigits: 15 })
}
