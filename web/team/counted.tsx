import { digits } from '../format/digits.ts'
import { Wide } from '../parts/wide.tsx'
import { shortToken } from './attention-words.ts'
import { BarChart } from './bar-chart.tsx'
import type { Bucket } from './bars.ts'
import type { Counts, Tag } from './desk.ts'
import type { TeamProps } from './team.tsx'
import { bucketText } from './wish.ts'

const CHART_PX = 180
/** The newest of them are in the table. */
const ROWS_MAX = 500

/** The counts: drawn, summed up, as a table, and by tag. */
export function Counted({ desk }: TeamProps) {
  const counts = desk.counts.value
  if (counts === null) return <p class="muted">Choose what to count, then press “Show”.</p>
  const { data, total, interval, tz } = counts
  const moment = (start: string) => bucketText(start, interval, tz)
  return (
    <>
      <h3>
        {digits(total, {})} {total === 1 ? 'tap' : 'taps'}{' '}
        <small>
          by {interval}, {tz}
        </small>
      </h3>
      {data.length > 0 && <BarChart buckets={data} height={CHART_PX} label={sentence(counts)} momentText={moment} />}
      {data.some(({ partial }) => partial) && (
        <p class="muted">Hatched: a part of it is outside the range, or still to come.</p>
      )}
      <details>
        <summary>As a table</summary>
        <BucketTable buckets={data} moment={moment} tz={tz} />
      </details>
      {counts.tags !== undefined && <ByTag counts={counts} tags={desk.tags.value} />}
    </>
  )
}

function sentence({ data, total, interval, tz }: Counts): string {
  const most = data.reduce<Bucket | null>((best, one) => (best === null || one.count > best.count ? one : best), null)
  const at =
    most === null || most.count === 0 ? '' : `; most, ${most.count}, at ${bucketText(most.start, interval, tz)}`
  const partial = data.filter((one) => one.partial).length
  const cut = partial === 0 ? '' : `; ${partial} of them only in part`
  return `${total} taps in ${data.length} buckets, one for each ${interval}, ${tz}${at}${cut}.`
}

interface TableProps {
  readonly buckets: readonly Bucket[]
  readonly moment: (start: string) => string
  readonly tz: string
}

function BucketTable({ buckets, moment, tz }: TableProps) {
  const newest = buckets.slice(-ROWS_MAX).reverse()
  return (
    <Wide label="Counts">
      <table>
        <thead>
          <tr>
            <th scope="col">Begins ({tz})</th>
            <th scope="col">Taps</th>
          </tr>
        </thead>
        <tbody>
          {newest.map(({ start, count, partial }) => (
            <tr key={start}>
              <th scope="row">
                {moment(start)}
                {partial && <small>in part</small>}
              </th>
              <td>{digits(count, {})}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {buckets.length > ROWS_MAX && <p class="muted">The newest {ROWS_MAX}; all of them are in the CSV.</p>}
    </Wide>
  )
}

function ByTag({ counts, tags }: { readonly counts: Counts; readonly tags: readonly Tag[] }) {
  const names = new Map(tags.map((tag) => [tag.uid, tag]))
  const sorted = [...(counts.tags ?? [])].sort((a, b) => b.total - a.total)
  return (
    <>
      <h3>By tag</h3>
      {sorted.length === 0 ? (
        <p class="muted">No tag was tapped in this time.</p>
      ) : (
        <Wide label="Taps by tag">
          <table>
            <thead>
              <tr>
                <th scope="col">Tag</th>
                <th scope="col">Taps</th>
                <th scope="col">Share</th>
              </tr>
            </thead>
            <tbody>
              {sorted.map(({ tag, total }) => (
                <tr key={tag}>
                  <th scope="row">
                    {names.get(tag)?.name ?? tag} <TokenOf tag={names.get(tag)} />
                  </th>
                  <td>{digits(total, {})}</td>
                  <td>{digits(total / Math.max(1, counts.total), { style: 'percent', maximumFractionDigits: 1 })}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
    </>
  )
}

function TokenOf({ tag }: { readonly tag: Tag | undefined }) {
  const id = tag?.token_id ?? null
  return id === null ? null : <small title={id}>{shortToken(id)}</small>
}
