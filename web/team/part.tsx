import { useEffect, useState } from 'preact/hooks'

type Team = typeof import('./team.tsx').Team

/** The team's part of the page, which is loaded when it is first looked at. */
export function TeamPart() {
  const [part, setPart] = useState<{ readonly Team: Team } | 'missing' | null>(null)
  useEffect(() => void import('./team.tsx').then(setPart, () => setPart('missing')), [])
  if (part === null) return <main class="team" aria-busy="true" />
  if (part !== 'missing') return <part.Team />
  return (
    <main class="team">
      <div role="alert">
        <p>This part of the page cannot be loaded.</p>
        <button type="button" onClick={() => location.reload()}>
          Load the page again
        </button>
      </div>
    </main>
  )
}
