import { sourcesSentence } from '../board/sources.ts'
import type { DeskProps } from './page.tsx'

/** One line of reserved height: what is newest and matters most, or nothing. */
export function NoticeLine({ desk }: DeskProps) {
  const notice = desk.news.notice.value
  const { lamp, text } = desk.connection.value
  // What was heard of the sources before the connection was lost says nothing of them now.
  const failing = lamp === 'live' ? sourcesSentence(desk.sources.value) : ''
  const refusal = desk.refusal.value
  return (
    <div class="notices">
      {lamp === 'ended' ? (
        <p class="notice bad" role="alert">
          {text}{' '}
          <button type="button" onClick={() => desk.retry()}>
            Connect again
          </button>
        </p>
      ) : refusal !== null && desk.rowCount.value !== null ? (
        <p class="notice bad" role="alert">
          {refusal.detail} <code>{refusal.code}</code>{' '}
          <button type="button" onClick={() => desk.retry()}>
            Retry
          </button>
        </p>
      ) : notice !== null ? (
        <p class={`notice ${notice.tone}`}>
          {notice.text}{' '}
          {notice.untilMs === null && (
            <button type="button" onClick={() => desk.news.dismiss()}>
              Dismiss
            </button>
          )}
        </p>
      ) : desk.connection.value.isDead ? (
        <p class="notice bad">No word from the service: every price below is old</p>
      ) : failing !== '' ? (
        <p class="notice warn">{failing}</p>
      ) : null}
    </div>
  )
}
