import { span } from '../board/notices.ts'
import { sourceLabel } from '../board/sources.ts'
import { digits } from '../format/digits.ts'
import { moneyText } from '../format/money.ts'
import { Price } from '../parts/price.tsx'
import { Wide } from '../parts/wide.tsx'
import { agreementText, scaleAround, shareOf } from './agreement.ts'
import type { Explanation, Statement } from './answers.ts'
import { Strip } from './strip.tsx'

const REFUSALS: Readonly<Record<string, string>> = {
  quote_side: 'is about the other token of the pair',
  bad_price: 'is no price',
  unknown_source: 'of an unknown source',
  too_old: 'too old',
  repeated: 'said twice',
  outlier: 'too far from the others',
}

interface WhyProps extends Explanation {
  /** Where the token is. */
  readonly path: string
  /** By the service's clock. */
  readonly nowMs: number
  /** The price that is shown above, which comes by itself and may be newer. */
  readonly shownUsd: number | null
}

/** Who said what, drawn and as a table. The table is for everybody; the drawing is for eyes. */
export function Why({ path, nowMs, shownUsd, ...explanation }: WhyProps) {
  const { algo, result, inputs, steps, published, now } = explanation
  const priceUsd = result.price_usd
  const age = ({ observed_at: at }: Statement) => span(nowMs - Date.parse(at))
  return (
    <>
      <p>
        {agreementText(explanation)} {originText(result.source, steps.voters)}
      </p>
      <p class="muted">
        Decided {span(nowMs - Date.parse(now))} ago
        {published.price_usd !== shownUsd && (
          <>
            , for <Price usd={published.price_usd} />: the price above is another one by now
          </>
        )}
        .
      </p>
      {priceUsd !== null && (
        <ul class="strips" aria-hidden="true">
          {inputs.map((input) => (
            <li key={`${input.source} ${input.pool}`} class={input.accepted ? '' : 'refused'}>
              <span>
                {sourceLabel(input.source)} <small>{input.dex ?? placeOf(input)}</small>
              </span>
              <span class="muted">
                {input.accepted
                  ? percent(shareOf(input, inputs))
                  : `rejected: ${REFUSALS[input.reason] ?? input.reason}`}
              </span>
              <Strip
                statement={input}
                share={shareOf(input, inputs)}
                scale={scaleAround(priceUsd, inputs)}
                band={result.band}
              />
            </li>
          ))}
        </ul>
      )}
      <details open={priceUsd === null}>
        <summary>As a table</summary>
        <Statements inputs={inputs} age={age} />
      </details>
      <p>
        <a href={`${path}/explain`}>The same as JSON</a> <span class="muted">{algo}</span>
      </p>
    </>
  )
}

function Statements({
  inputs,
  age,
}: {
  readonly inputs: readonly Statement[]
  readonly age: (statement: Statement) => string
}) {
  return (
    <Wide label="Who said what">
      <table>
        <thead>
          <tr>
            <th scope="col">Source</th>
            <th scope="col">Price</th>
            <th scope="col">Depth</th>
            <th scope="col">Weight</th>
            <th scope="col">Age</th>
          </tr>
        </thead>
        <tbody>
          {inputs.map((input) => (
            <tr key={`${input.source} ${input.pool}`} class={input.accepted ? '' : 'refused'}>
              <th scope="row">
                {sourceLabel(input.source)}
                <small>
                  {input.dex ?? placeOf(input)}
                  {!input.accepted && ` · rejected: ${REFUSALS[input.reason] ?? input.reason}`}
                </small>
              </th>
              <td>
                <Price usd={input.price_usd} />
              </td>
              <td>{moneyText(input.depth_usd, 'usd')}</td>
              <td>{percent(shareOf(input, inputs))}</td>
              <td>{age(input)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}

/** `The median of Jupiter, DexScreener, GeckoTerminal: the price that Jupiter reported.` */
function originText(source: string | null, voters: readonly string[]): string {
  if (source === null) return ''
  const reported = `the price that ${sourceLabel(source)} reported.`
  return voters.length > 1
    ? `The median of ${voters.map(sourceLabel).join(', ')}: ${reported}`
    : `${reported.charAt(0).toUpperCase()}${reported.slice(1)}`
}

function placeOf({ pool }: Statement): string {
  return pool === null ? 'the token as a whole' : 'a pool'
}

function percent(fraction: number): string {
  if (fraction > 0 && fraction < 0.01) return '<1 %'
  return `${digits(fraction * 100, { maximumFractionDigits: 0 })} %`
}
