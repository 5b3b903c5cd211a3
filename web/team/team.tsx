import { useEffect, useRef } from 'preact/hooks'
import { AttentionPart } from './attention.tsx'
import { Choices } from './choices.tsx'
import { Counted } from './counted.tsx'
import { TeamDesk } from './desk.ts'
import { KeyForm } from './key-form.tsx'
import { LiveMinutes } from './live-minutes.tsx'
import { quotaText } from './quota.ts'
import { Refused } from './refused.tsx'

const TICK_MS = 1000
/** One for a visit: its key stays while the board is looked at, and goes with the page. */
const desk = new TeamDesk()

export interface TeamProps {
  readonly desk: TeamDesk
}

export function Team() {
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [])
  useEffect(() => {
    const timer = setInterval(() => desk.tick(), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  const me = desk.me.value
  return (
    <main class="team">
      <h2 tabIndex={-1} ref={title}>
        {me === null ? 'Taps of your team' : me.team.name}
      </h2>
      <KeyForm desk={desk} />
      <Refused desk={desk} />
      {me !== null && (
        <>
          <p class="quota">{desk.quota.value !== null && quotaText(desk.quota.value, desk.nowMs.value)}</p>
          <LiveMinutes live={desk.live} />
          <Choices desk={desk} />
          <Counted desk={desk} />
          <AttentionPart desk={desk} />
        </>
      )}
    </main>
  )
}
