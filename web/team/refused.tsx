import { waitText } from './quota.ts'
import type { TeamProps } from './team.tsx'

/** Why something is not there, and how long to wait. */
export function Refused({ desk }: TeamProps) {
  const refusal = desk.refusal.value
  if (refusal === null) return null
  const { problem, code, requestId, againAtMs } = refusal
  const waitMs = againAtMs === null ? 0 : againAtMs - desk.nowMs.value
  return (
    <div class="refusal">
      {/* The wait counts down, and is not read aloud again with each second. */}
      <p role="alert">
        {problem} {code !== '' && <code>{code}</code>}
      </p>
      {againAtMs !== null && <p>{waitMs > 0 ? `Ask again in ${waitText(waitMs)}.` : 'You can ask again now.'}</p>}
      {requestId !== '' && <p class="muted">Request {requestId}</p>}
    </div>
  )
}
