import { useState } from 'preact/hooks'
import { digits, NOTHING } from '../format/digits.ts'
import { priceLine } from '../format/price.ts'
import { Price } from '../parts/price.tsx'
import { Table } from '../parts/table.tsx'
import { type Attention, attentionText, correlationText, lagText, shortToken } from './attention-words.ts'
import { BarChart } from './bar-chart.tsx'
import type { Bars } from './bars.ts'
import type { Tag } from './desk.ts'
import { Moment } from './moment.tsx'
import { priceLineOf } from './price-line.ts'
import type { TeamProps } from './team.tsx'
import { bucketText } from './wish.ts'

const TAPS_PX = 90
const PRICE_PX = 90
const MARKS_PX = 72
const ROWS_MAX = 500

/** Taps beside the price of the token that a tag stands for. */
export function AttentionPart({ desk }: TeamProps) {
  const subjects = subjectsOf(desk.tags.value)
  const [chosen, choose] = useState('')
  const subject = subjects.find(({ query }) => query === chosen) ?? subjects[0]
  const found = desk.attention.value
  return (
    <>
      <h3>Taps beside the price</h3>
      {subject === undefined ? (
        <p class="muted">No tag of this team names a token.</p>
      ) : (
        <form
          class="tools"
          onSubmit={(event) => {
            event.preventDefault()
            void desk.compare(subject.query)
          }}
        >
          <select
            class="subject"
            aria-label="Taps of"
            value={subject.query}
            onChange={(event) => choose(event.currentTarget.value)}
          >
            {subjects.map(({ query, label }) => (
              <option key={query} value={query}>
                {label}
              </option>
            ))}
          </select>
          <button type="submit" disabled={desk.isAsking.value}>
            Compare
          </button>
          <span class="count">uses 1 query, over the range above</span>
        </form>
      )}
      {found !== null && <Beside found={found} />}
    </>
  )
}

interface Subject {
  /** `tag=…` or `token=…` */
  readonly query: string
  readonly label: string
}

/** Each token with all its tags, where there are more than one, then each tag by itself. */
function subjectsOf(tags: readonly Tag[]): readonly Subject[] {
  const naming = tags.flatMap((tag) => (tag.token_id === null ? [] : [{ ...tag, token_id: tag.token_id }]))
  const tokens = [...new Set(naming.map(({ token_id }) => token_id))]
  const shared = tokens.filter((id) => naming.filter(({ token_id }) => token_id === id).length > 1)
  return [
    ...shared.map((id) => ({ query: `${new URLSearchParams({ token: id })}`, label: `All tags of ${shortToken(id)}` })),
    ...naming.map(({ uid, name, token_id }) => ({
      query: `${new URLSearchParams({ tag: uid })}`,
      label: `${name ?? uid} · ${shortToken(token_id)}`,
    })),
  ]
}

function Beside({ found }: { readonly found: Attention }) {
  const { data, interval, tz, token_id, correlation } = found
  const moment = (start: string) => bucketText(start, interval, tz)
  const buckets = data.map(({ taps, ...bucket }) => ({ ...bucket, count: taps }))
  const text = attentionText(found)
  const label = `Taps above, price of ${token_id} below, by ${interval}, ${tz}. ${text}`
  return (
    <>
      <p class="told">{text}</p>
      <p class="muted">{correlation.note}</p>
      {data.length > 0 && (
        <BarChart
          buckets={buckets}
          height={TAPS_PX}
          marksPx={MARKS_PX}
          label={label}
          momentText={moment}
          below={(place) => <Prices found={found} {...place} />}
        />
      )}
      <details>
        <summary>Lags as a table</summary>
        <Lags found={found} />
      </details>
      <details>
        <summary>Taps and prices as a table</summary>
        <Values found={found} />
      </details>
    </>
  )
}

interface PricesProps {
  readonly found: Attention
  readonly bars: Bars
  readonly width: number
}

/** Of the same moments as the bars above. What it shows is said there. */
function Prices({ found, bars, width }: PricesProps) {
  const line = priceLineOf(
    found.data.map(({ close }) => close),
    { height: PRICE_PX, x: bars.x },
  )
  if (line === null) return <p class="muted">No price was recorded in this time.</p>
  const { path, low, high } = line
  return (
    <svg class="chart" aria-hidden="true" width={width + MARKS_PX} height={PRICE_PX + 4}>
      <path class="price-line" d={path} />
      <text x={width + MARKS_PX} y={12} text-anchor="end">
        ${priceLine(high)}
      </text>
      {high !== low && (
        <text x={width + MARKS_PX} y={PRICE_PX} text-anchor="end">
          ${priceLine(low)}
        </text>
      )}
    </svg>
  )
}

function Lags({ found: { correlation, interval } }: { readonly found: Attention }) {
  return (
    <Table
      label="Lags"
      columns={['Lag', 'n', 'r', '95 %']}
      rows={correlation.lags.map(({ taps_lead_by, n, r, low, high }) => ({
        key: taps_lead_by,
        name: lagText(taps_lead_by, interval),
        cells: [
          digits(n, {}),
          r === null ? NOTHING : correlationText(r),
          low === null || high === null ? NOTHING : `${correlationText(low)} to ${correlationText(high)}`,
        ],
      }))}
    />
  )
}

function Values({ found: { data, interval, tz } }: { readonly found: Attention }) {
  const newest = data.slice(-ROWS_MAX).reverse()
  return (
    <Table
      label="Taps and prices"
      columns={[`Begins (${tz})`, 'Taps', 'Price at its end']}
      rows={newest.map(({ start, taps, close, partial }) => ({
        key: start,
        name: <Moment text={bucketText(start, interval, tz)} isPartial={partial} />,
        cells: [digits(taps, {}), <Price key="price" usd={close} />],
      }))}
    />
  )
}
