import { useEffect, useState } from 'preact/hooks'
import { announce } from '../board/announcer.ts'
import { copyText } from '../board/clipboard.ts'

const SHOWN_MS = 2_000

/** A button that copies a text and says whether it did. @param what as in `Copy the address` */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'not copied' | null>(null)
  useEffect(() => {
    if (outcome === null) return
    const timer = setTimeout(() => setOutcome(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [outcome])
  const copy = async () => {
    const said = (await copyText(text)) ? 'copied' : 'not copied'
    setOutcome(said)
    announce(said)
  }
  return (
    <button type="button" class="copy" aria-label={`Copy ${what}`} onClick={() => void copy()}>
      {outcome ?? 'copy'}
    </button>
  )
}
