import { useRef } from 'preact/hooks'
import type { TeamProps } from './team.tsx'

/** Asks for the key, or says whose it is. It is never written anywhere but into the header of a request. */
export function KeyForm({ desk }: TeamProps) {
  const field = useRef<HTMLInputElement>(null)
  const me = desk.me.value
  const enter = (event: Event) => {
    event.preventDefault()
    const key = field.current?.value.trim() ?? ''
    if (field.current !== null) field.current.value = ''
    void desk.enter(key)
  }
  if (me !== null) {
    const { name, prefix, ending } = me.key
    return (
      <p class="key">
        Key {name !== null && <b>{name} </b>}
        <code>
          {prefix}…{ending}
        </code>{' '}
        <button type="button" onClick={() => desk.forget()}>
          Forget the key
        </button>
      </p>
    )
  }
  return (
    <form class="key" autocomplete="off" onSubmit={enter}>
      <label>
        Key of the team
        <input ref={field} type="password" autocomplete="off" spellcheck={false} maxLength={256} required />
      </label>
      <button type="submit" disabled={desk.isAsking.value}>
        Use this key
      </button>
      <p class="muted">It stays in this page until you leave it: a reload asks for it again.</p>
    </form>
  )
}
