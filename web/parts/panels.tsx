import { type Settings, settings } from '../board/settings.ts'
import { KEYS } from '../keys.ts'
import { Pages } from './header.tsx'
import type { DeskProps } from './page.tsx'

/** The connection and each source, in words. */
export function SourcesPanel({ desk }: DeskProps) {
  const { text, lamp } = desk.connection.value
  return (
    <section id="sources" popover="auto" class="panel" aria-label="Connection and sources">
      <h2>Connection</h2>
      <p>
        <span class={`lamp ${lamp}`}>{text}</span>
      </p>
      <h2>Sources</h2>
      <ul>
        {desk.sources.value.map(({ name, label, ok, reason, age }) => (
          <li key={name} class={ok ? 'ok' : 'failing'}>
            <b>{label}</b> {ok ? 'answers' : reason}
            <span class="muted">{age === null ? ', nothing heard yet' : `, last heard ${age} ago`}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const CHOICES: readonly (readonly [name: 'swapped' | 'letterKeys', text: string])[] = [
  ['swapped', 'Swap the colours of rising and falling'],
  ['letterKeys', 'Keys of a single letter'],
]

export function SettingsPanel() {
  const set = (part: Partial<Settings>) => {
    settings.value = { ...settings.value, ...part }
  }
  return (
    <section id="settings" popover="auto" class="panel" aria-label="Settings">
      <nav class="narrow" aria-label="Pages">
        <Pages />
      </nav>
      <h2>Settings</h2>
      {CHOICES.map(([name, text]) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={settings.value[name]}
            onChange={(event) => set({ [name]: event.currentTarget.checked })}
          />{' '}
          {text}
        </label>
      ))}
      <button type="button" popovertarget="keys">
        Keys
      </button>
    </section>
  )
}

export function KeyList() {
  return (
    <section id="keys" popover="auto" class="panel" aria-label="Keys">
      <h2>Keys</h2>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
