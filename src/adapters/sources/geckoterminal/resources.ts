import { z } from 'zod'
import { type TokenId, tokenId } from '../../../domain/tokens/identity.ts'
import { openEnvelope, rows } from '../shape/answer.ts'
import { at, text } from '../shape/fields.ts'
import { nameLabel, symbolLabel } from '../shape/label.ts'
import { placeOf } from './networks.ts'

const documentSchema = z.object({
  data: z.union([rows, z.looseObject({}).transform((one) => [one as unknown])]),
  included: rows.nullish().catch(null),
})

/** A JSON:API body: the rows asked for, and those that came along by `include=`. */
export interface Resources {
  readonly data: readonly unknown[]
  readonly included: readonly unknown[]
}

/** @throws SourceError `bad_body` when there is no `data`, as in this service's error bodies */
export function openResources(body: unknown): Resources {
  const { data, included } = openEnvelope(documentSchema, body)
  return { data, included: included ?? [] }
}

export function isOfType(row: unknown, type: 'pool' | 'token' | 'network'): boolean {
  return at(row, 'type') === type
}

/** The id that a row's relationship points to, such as `base_token`. */
export function relation(row: unknown, name: string): unknown {
  return at(at(at(at(row, 'relationships'), name), 'data'), 'id')
}

export interface Labels {
  readonly symbol: string | null
  readonly name: string | null
}

const labelSchema = z.object({ symbol: text, name: text })

/** The labels of every token row of a body. */
export function labelsOf({ data, included }: Resources): ReadonlyMap<TokenId, Labels> {
  const labels = new Map<TokenId, Labels>()
  for (const row of [...data, ...included]) {
    const place = isOfType(row, 'token') ? placeOf(at(row, 'id')) : null
    const parsed = labelSchema.safeParse(at(row, 'attributes'))
    if (place === null || !parsed.success) continue
    const { symbol, name } = parsed.data
    labels.set(tokenId(place.network, place.address), { symbol: symbolLabel(symbol), name: nameLabel(name) })
  }
  return labels
}
