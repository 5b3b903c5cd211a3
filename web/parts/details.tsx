import { useEffect, useState } from 'preact/hooks'
import type { DeskProps } from './page.tsx'

type Drawer = typeof import('../token/drawer.tsx').Drawer

/** The token that was opened. What shows it is loaded when the first one is. */
export function Details({ desk }: DeskProps) {
  const id = desk.view.value.token
  const [part, setPart] = useState<{ readonly Drawer: Drawer } | 'missing' | null>(null)
  useEffect(() => {
    if (id === '' || part !== null) return
    import('../token/drawer.tsx').then(setPart, () => setPart('missing'))
  }, [id, part])
  if (id === '' || part === null) return null
  if (part === 'missing') return <Missing close={() => desk.show({ token: '' })} />
  return <part.Drawer key={id} desk={desk} id={id} />
}

/** The service is away, or has another version of the page by now. */
function Missing({ close }: { readonly close: () => void }) {
  return (
    <aside class="details" aria-label="Token">
      <div role="alert">
        <p>This part of the page cannot be loaded.</p>
        <button type="button" onClick={() => location.reload()}>
          Load the page again
        </button>{' '}
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
    </aside>
  )
}
