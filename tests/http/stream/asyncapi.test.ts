import { expect, test } from 'vitest'
import { CLIENT_MESSAGES, SERVER_FRAMES } from '../../../src/adapters/http/stream/schemas.ts'
import { testHttp } from '../../support/http.ts'

interface Document {
  readonly asyncapi: string
  readonly components: { readonly messages: object; readonly schemas: Record<string, { required?: string[] }> }
}

const { get } = testHttp()
const document = (await (await get('/asyncapi.json')).json()) as Document

/** Every `$ref` in a value. */
function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : referencesIn(inner)))
}

/** What a reference of the document points to; undefined when nothing is there. */
function at(reference: string): unknown {
  const step = (value: unknown, key: string) => (value as Record<string, unknown> | undefined)?.[key]
  return reference.replace('#/', '').split('/').reduce<unknown>(step, document)
}

test('the AsyncAPI document has every message of either side', () => {
  const names = [...Object.keys(CLIENT_MESSAGES), ...Object.keys(SERVER_FRAMES)].sort()
  expect(document.asyncapi).toBe('3.0.0')
  expect(Object.keys(document.components.messages).sort()).toEqual(names)
})

test('every reference of the AsyncAPI document points to something in it', () => {
  const references = referencesIn(document)
  expect(references.length).toBeGreaterThan(30)
  expect(references.filter((reference) => at(reference) === undefined)).toEqual([])
})

test('rows are described once: whole ones have every key, changed ones need their id alone', () => {
  const { Token, TokenChange } = document.components.schemas
  expect(Token?.required).toContain('price_usd')
  expect(Token?.required).not.toContain('price_sol')
  expect(TokenChange?.required).toEqual(['id'])
})
