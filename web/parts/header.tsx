import { span } from '../board/notices.ts'
import { nextTheme, settings } from '../board/settings.ts'
import type { SourceFact } from '../board/sources.ts'
import { place } from '../team/place.ts'
import type { DeskProps } from './page.tsx'

const THEME_SIGNS = { system: '◐', light: '☀', dark: '☾' } as const

export function Header({ desk }: DeskProps) {
  return (
    <header class="top">
      <h1>
        <a href="/">Tickertap</a>
      </h1>
      <nav aria-label="Pages">
        <Pages />
      </nav>
      <Facts desk={desk} />
      <button
        type="button"
        class="icon"
        onClick={nextTheme}
        aria-label={`Theme: ${settings.value.theme}`}
        title="Theme"
      >
        {THEME_SIGNS[settings.value.theme]}
      </button>
      <button type="button" class="icon" popovertarget="settings" aria-label="Settings" title="Settings">
        ⋯
      </button>
    </header>
  )
}

/** The links between them; a phone has them among its settings. */
export function Pages() {
  const current = (isCurrent: boolean) => (isCurrent ? ({ 'aria-current': 'page' } as const) : {})
  return (
    <>
      {/* Not anew: what a team has typed in stays. */}
      <a href={place.value === 'board' ? '/' : '#board'} {...current(place.value === 'board')}>
        Board
      </a>
      <a href="#team" {...current(place.value === 'team')}>
        Team
      </a>
      <a href="/docs">API</a>
    </>
  )
}

/** The connection, the age of the data and the sources: three facts that never stand for each other. */
function Facts({ desk }: DeskProps) {
  const { lamp, text } = desk.connection.value
  const paused = desk.pause.value !== null
  return (
    <button type="button" class="facts" popovertarget="sources" title="Connection, age of the data and sources">
      <span class={`lamp ${lamp}`}>{lamp === 'live' && paused ? 'Paused' : text}</span>
      <DataAge desk={desk} />
      {/* What was heard of the sources before the connection was lost says nothing of them now. */}
      {lamp === 'live' && <Sources facts={desk.sources.value} />}
    </button>
  )
}

function DataAge({ desk }: DeskProps) {
  const oldest = desk.oldestMs.value
  if (oldest === null) return null
  return (
    <span class={desk.connection.value.isDead ? 'age old' : 'age'}>
      <span class="wide">data up to </span>
      {span(oldest)}
      <span class="wide"> old</span>
    </span>
  )
}

/** Each of them, or on a phone the number of those that fail. */
function Sources({ facts }: { readonly facts: readonly SourceFact[] }) {
  const failing = facts.filter(({ ok }) => !ok).length
  return (
    <>
      {facts.map((source) => (
        <SourceChip key={source.name} {...source} />
      ))}
      {failing > 0 && (
        <span class="source failing narrow">
          ! {failing}
          <span class="unseen"> {failing === 1 ? 'source fails' : 'sources fail'}</span>
        </span>
      )}
    </>
  )
}

function SourceChip({ label, ok, age }: SourceFact) {
  return (
    <span class={ok ? 'source ok' : 'source failing'}>
      <span class="wide">{label} </span>
      {ok ? '✓' : `! ${age ?? ''}`}
    </span>
  )
}
