import { signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Asked, useAnswer } from './answer.ts'
import { type Candle, isFailure } from './answers.ts'
import { isKnown } from './candle-paths.ts'
import { CandleTable } from './candle-table.tsx'
import { Candlesticks, MARKS_PX } from './candlesticks.tsx'
import { candleQuery, SPANS, type Span, zones } from './spans.ts'

const SLOT_PX = 6
const WIDTH_PX = 408
/** Kept from one token to the next. */
const chosen = signal<{ readonly span: Span; readonly zone: string }>({ span: '1h', zone: 'UTC' })

interface Candles {
  readonly data: readonly Candle[]
}

export interface ChartProps {
  /** Where the token is. */
  readonly path: string
  readonly isPaused: boolean
}

/** How the price went: candles and volume, with the last candle hatched while it grows. */
export function Chart({ path, isPaused }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(WIDTH_PX)
  useEffect(() => setWidth(place.current?.clientWidth ?? WIDTH_PX), [])
  const { span, zone } = chosen.value
  const slots = Math.floor((width - MARKS_PX) / SLOT_PX)
  const query = useQuery({ span, zone, slots })
  const asked = useAnswer<Candles>(`${path}/candles?${query}`, isPaused)
  return (
    <div ref={place}>
      <Choices />
      <Drawn asked={asked} width={width} />
    </div>
  )
}

/** The same question until something else is chosen: the end of it is not said. */
function useQuery(wish: { readonly span: Span; readonly zone: string; readonly slots: number }): string {
  const key = JSON.stringify(wish)
  const made = useRef({ key: '', query: '' })
  if (made.current.key !== key) made.current = { key, query: candleQuery({ ...wish, nowMs: Date.now() }) }
  return made.current.query
}

function Choices() {
  const { span, zone } = chosen.value
  const offered = zones()
  return (
    <div class="chart-choices">
      <fieldset class="choice">
        <legend class="unseen">Length of a candle</legend>
        {(Object.keys(SPANS) as Span[]).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === span}
            onClick={() => {
              chosen.value = { zone, span: each }
            }}
          >
            {each}
          </button>
        ))}
      </fieldset>
      {offered.length === 1 ? (
        <span class="muted">{zone}</span>
      ) : (
        <select
          aria-label="Time zone"
          value={zone}
          onChange={(event) => {
            chosen.value = { span, zone: event.currentTarget.value }
          }}
        >
          {offered.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      )}
    </div>
  )
}

function Drawn({ asked, width }: { readonly asked: Asked<Candles>; readonly width: number }) {
  const { answer } = asked
  if (answer === null) return <p class="muted chart-note">Asking…</p>
  if (isFailure(answer)) return <p class="muted chart-note">{answer.problem}</p>
  const known = answer.data.filter(isKnown)
  if (known.length === 0) return <p class="muted chart-note">Nothing was recorded of it in this time.</p>
  return (
    <>
      <Candlesticks candles={answer.data} {...chosen.value} width={width} />
      <details>
        <summary>As a table</summary>
        <CandleTable candles={known} {...chosen.value} />
      </details>
    </>
  )
}
