// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by hand over a list of any length, which a <table> cannot do
// biome-ignore-all lint/a11y/useFocusableInteractive: a header of a table is not operated; the button in it is
import { useEffect, useRef } from 'preact/hooks'
import type { Desk } from '../board/desk.ts'
import { FIRST_VIEW, type Sort, sortedBy, WINDOWS, type Window } from '../board/view.ts'
import { followPointer } from '../table/pointer.ts'
import type { DeskProps } from './page.tsx'

/** The frame of the table. Its rows are written by hand into the body, which Preact leaves alone. */
export function Board({ desk }: DeskProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const body = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (scroller.current === null || body.current === null) return
    desk.mount(scroller.current, body.current)
    return followPointer(desk, scroller.current, body.current)
  }, [desk])
  const { sort, window } = desk.view.value
  const { isDead } = desk.connection.value
  const rowCount = desk.rowCount.value
  const classes = ['scroller', isDead && 'dead', desk.isDimmed.value && 'dimmed', `in-${window}`, `by-${sort}`]
  return (
    <div class={classes.filter(Boolean).join(' ')} ref={scroller}>
      <div
        role="table"
        class="board"
        aria-label="Tokens"
        aria-rowcount={(rowCount ?? 0) + 1}
        aria-busy={rowCount === null}
      >
        <Head desk={desk} />
        <div role="rowgroup" class="body" ref={body} />
      </div>
      <Absence desk={desk} />
    </div>
  )
}

function Head({ desk }: DeskProps) {
  const { window } = desk.view.value
  return (
    <div role="rowgroup" class="head">
      <div role="row" class="row" aria-rowindex={1}>
        <div role="columnheader" class="rank">
          #
        </div>
        <div role="columnheader" class="token">
          Token
        </div>
        <div role="columnheader" class="price">
          Price
        </div>
        {WINDOWS.map((each) => (
          <Column key={each} desk={desk} sort="price_change" window={each} label={each} look={`change w${each}`} />
        ))}
        <div role="none" class="figures">
          <Column desk={desk} sort="volume" label={`Vol ${window}`} look="volume" />
          <Column desk={desk} sort="liquidity" label="Liquidity" look="liquidity" />
          <Column desk={desk} sort="market_cap" label="Mkt cap" look="cap" />
          <Column desk={desk} sort="age" label="Age" look="age" />
        </div>
        <div role="columnheader" class="trend">
          Last day
        </div>
      </div>
    </div>
  )
}

interface ColumnProps {
  readonly desk: Desk
  readonly sort: Sort
  readonly label: string
  readonly look: string
  readonly window?: Window
}

function Column({ desk, sort, label, look, window }: ColumnProps) {
  const view = desk.view.value
  const isSorted = view.sort === sort && (window === undefined || window === view.window)
  const direction = view.order === 'desc' ? 'descending' : 'ascending'
  return (
    <div role="columnheader" class={look} {...(isSorted && { 'aria-sort': direction })}>
      <button type="button" onClick={() => desk.show(sortedBy(view, sort, window))}>
        {label}
        {isSorted && <span aria-hidden="true">{view.order === 'desc' ? ' ▾' : ' ▴'}</span>}
      </button>
    </div>
  )
}

const SKELETON_ROWS = Array.from({ length: 12 }, (_, index) => index)

/** What stands where there are no rows: not yet, none, or refused. */
function Absence({ desk }: DeskProps) {
  const { q, network } = desk.view.value
  const refusal = desk.refusal.value
  if (desk.rowCount.value === null && refusal !== null) {
    return (
      <div class="absence" role="alert">
        <p>
          {refusal.detail} <code>{refusal.code}</code>
        </p>
        <button type="button" onClick={() => desk.retry()}>
          Retry
        </button>
      </div>
    )
  }
  if (desk.rowCount.value === null) return <Skeleton />
  if (desk.rowCount.value > 0 || desk.isWaiting.value) return null
  const what = q === '' ? 'No token here yet.' : `No token matches “${q}”${network === '' ? '' : ` on ${network}`}.`
  return (
    <div class="absence">
      <p>{what}</p>
      <button type="button" onClick={() => desk.show({ q: FIRST_VIEW.q, network: FIRST_VIEW.network })}>
        {q === '' ? 'Show all networks' : 'Clear search'}
      </button>
    </div>
  )
}

function Skeleton() {
  return (
    <div class="skeleton" aria-hidden="true">
      {SKELETON_ROWS.map((row) => (
        <div key={row} />
      ))}
    </div>
  )
}
