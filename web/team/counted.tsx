import { digits } from '../format/digits.ts'
import { Table } from '../parts/table.tsx'
import { shortToken } from './attention-words.ts'
import { BarChart } from './bar-chart.tsx'
import type { Bucket } from './bars.ts'
import type { Counts, Tag } from './desk.ts'
import { Moment } from './moment.tsx'
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
    <>
      <Table
        label="Counts"
        columns={[`Begins (${tz})`, 'Taps']}
        rows={newest.map(({ start, count, partial }) => ({
          key: start,
          name: <Moment text={moment(start)} isPartial={partial} />,
          cells: [digits(count, {})],
        }))}
      />
      {buckets.length > ROWS_MAX && <p class="muted">The newest {ROWS_MAX}; all of them are in the CSV.</p>}
    </>
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
        <Table
          label="Taps by tag"
          columns={['Tag', 'Taps', 'Share']}
          rows={sorted.map(({ tag, total }) => ({
            key: tag,
            name: <TagName uid={tag} tag={names.get(tag)} />,
            cells: [
              digits(total, {}),
              digits(total / Math.max(1, counts.total), { style: 'percent', maximumFractionDigits: 1 }),
            ],
          }))}
        />
      )}
    </>
  )
}

function TagName({ uid, tag }: { readonly uid: string; readonly tag: Tag | undefined }) {
  const id = tag?.token_id ?? null
  return (
    <>
      {tag?.name ?? uid} {id !== null && <small title={id}>{shortToken(id)}</small>}
    </>
  )
}
