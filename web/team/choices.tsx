import { zones } from '../token/spans.ts'
import type { TeamProps } from './team.tsx'
import { INTERVALS, type Interval, RANGES, type RangeName } from './wish.ts'

/** What is counted. Changing something shows it, once something is shown. */
export function Choices({ desk }: TeamProps) {
  const { range, from, to, interval, zone, tag } = desk.wish.value
  const show = (event: Event) => {
    event.preventDefault()
    void desk.show()
  }
  return (
    <form class="tools" onSubmit={show}>
      <select
        aria-label="Range"
        value={range}
        onChange={(event) => desk.choose({ range: event.currentTarget.value as RangeName })}
      >
        {Object.entries(RANGES).map(([name, { label }]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
      {range === 'dates' && (
        <>
          <DateField label="From" value={from} choose={(value) => desk.choose({ from: value })} />
          <DateField label="To, included" value={to} choose={(value) => desk.choose({ to: value })} />
        </>
      )}
      <select
        aria-label="Counted by"
        value={interval}
        onChange={(event) => desk.choose({ interval: event.currentTarget.value as Interval })}
      >
        {Object.keys(INTERVALS).map((each) => (
          <option key={each} value={each}>
            by {each}
          </option>
        ))}
      </select>
      <select aria-label="Tag" value={tag} onChange={(event) => desk.choose({ tag: event.currentTarget.value })}>
        <option value="">All tags</option>
        {desk.tags.value.map(({ uid, name }) => (
          <option key={uid} value={uid}>
            {name ?? uid}
          </option>
        ))}
      </select>
      <ZoneField zone={zone} choose={(value) => desk.choose({ zone: value })} />
      <button type="submit" disabled={desk.isAsking.value}>
        Show
      </button>
      <button type="button" disabled={desk.isAsking.value} onClick={() => void saveCsv(desk)}>
        CSV
      </button>
      <span class="count">each uses 1 query</span>
    </form>
  )
}

interface FieldProps {
  readonly choose: (value: string) => void
}

function DateField({ label, value, choose }: FieldProps & { readonly label: string; readonly value: string }) {
  return (
    <input
      type="date"
      aria-label={label}
      value={value}
      required
      onChange={(event) => event.currentTarget.value !== '' && choose(event.currentTarget.value)}
    />
  )
}

/** Everywhere alike, where the viewer is, then every other place. */
function ZoneField({ zone, choose }: FieldProps & { readonly zone: string }) {
  const first = zones()
  const others = Intl.supportedValuesOf('timeZone').filter((each) => !first.includes(each))
  return (
    <select class="zone" aria-label="Time zone" value={zone} onChange={(event) => choose(event.currentTarget.value)}>
      {[...first, ...others].map((each) => (
        <option key={each}>{each}</option>
      ))}
    </select>
  )
}

async function saveCsv(desk: TeamProps['desk']): Promise<void> {
  const file = await desk.csv()
  if (file === null) return
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = 'taps.csv'
  link.click()
  URL.revokeObjectURL(link.href)
}
