import { SORT_LABELS, SORTS, type Sort, sortedBy, WINDOWS } from '../board/view.ts'
import { stopwatch } from '../format/age.ts'
import { digits } from '../format/digits.ts'
import { NETWORKS } from './networks.ts'
import type { DeskProps } from './page.tsx'

export function Tools({ desk }: DeskProps) {
  const view = desk.view.value
  return (
    <search class="tools">
      <span class="field">
        <input
          id="search"
          type="search"
          aria-label="Search symbol, name or address"
          placeholder="Search"
          autocomplete="off"
          spellcheck={false}
          maxLength={128}
          value={view.q}
          onInput={(event) => desk.show({ q: event.currentTarget.value }, 'replace')}
        />
        <kbd>/</kbd>
      </span>
      <select
        class="network"
        aria-label="Network"
        value={view.network}
        onChange={(event) => desk.show({ network: event.currentTarget.value })}
      >
        <option value="">All networks</option>
        {NETWORKS.map((network) => (
          <option key={network}>{network}</option>
        ))}
      </select>
      <select
        id="sort"
        aria-label="Sorted by"
        value={view.sort}
        onChange={(event) => desk.show(sortedBy(view, event.currentTarget.value as Sort))}
      >
        {SORTS.map((sort) => (
          <option key={sort} value={sort}>
            {SORT_LABELS[sort]}
          </option>
        ))}
      </select>
      <Windows desk={desk} />
      <Units desk={desk} />
      <button type="button" class="pause" aria-pressed={desk.pause.value !== null} onClick={() => desk.togglePause()}>
        {desk.pause.value === null ? 'Pause' : 'Go on'} <kbd>p</kbd>
      </button>
      <Count desk={desk} />
    </search>
  )
}

function Windows({ desk }: DeskProps) {
  return (
    <fieldset class="choice windows">
      <legend class="unseen">Window</legend>
      {WINDOWS.map((window) => (
        <button
          key={window}
          type="button"
          aria-pressed={desk.view.value.window === window}
          onClick={() => desk.show({ window })}
        >
          {window}
        </button>
      ))}
    </fieldset>
  )
}

const UNIT_LABELS = [
  ['usd', 'USD'],
  ['sol', 'SOL'],
] as const

function Units({ desk }: DeskProps) {
  return (
    <fieldset class="choice units">
      <legend class="unseen">Unit</legend>
      {UNIT_LABELS.map(([unit, label]) => (
        <button
          key={unit}
          type="button"
          aria-pressed={desk.view.value.unit === unit}
          onClick={() => desk.show({ unit }, 'replace')}
        >
          {label}
        </button>
      ))}
    </fieldset>
  )
}

/** How many there are, and what keeps the table from showing the newest. */
function Count({ desk }: DeskProps) {
  const count = desk.rowCount.value
  const moved = desk.ordering.held.value
  const pause = desk.pause.value
  if (pause !== null) {
    const text = `paused ${stopwatch(Date.now() - pause.sinceMs)}, ${digits(pause.changes, {})} changes waiting`
    // Counts on with the clock of the page.
    return (
      <span class="count" key={desk.nowMs.value}>
        {text}
      </span>
    )
  }
  if (count === null) return <span class="count" />
  return (
    <span class="count">
      <span class="total">{count === 1 ? '1 token' : `${digits(count, {})} tokens`}</span>
      {moved !== null && (
        <>
          <span class="held"> · order held, {moved} moved </span>
          <button type="button" onClick={() => desk.applyOrder()}>
            Apply <kbd>r</kbd>
          </button>
        </>
      )}
    </span>
  )
}
