import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { openapiText } from '../../scripts/openapi.ts'
import * as examples from '../../src/adapters/http/schemas/examples.ts'
import { ExplanationSchema } from '../../src/adapters/http/schemas/explain.ts'
import { LookupSchema } from '../../src/adapters/http/schemas/lookup.ts'
import { ProblemSchema } from '../../src/adapters/http/schemas/problem.ts'
import { CompatibilityTokenSchema, SnapshotSchema, TokenSchema } from '../../src/adapters/http/schemas/token.ts'
import { ERROR_CODES } from '../../src/domain/errors.ts'
import { testHttp } from '../support/http.ts'

interface Operation {
  operationId: string
  summary: string
  responses: Record<string, { content?: Record<string, { examples?: Record<string, { $ref: string }> }> }>
}
interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { examples: Record<string, { value: unknown }>; schemas: Record<string, { enum?: string[] }> }
}

const { app, get } = testHttp()
const document = (await (await get('/openapi.json')).json()) as Document
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, ...operation })),
)

describe('the OpenAPI document', () => {
  test('in the repository is the one that the service sends: run `npm run openapi` after a change', async () => {
    const committed = await readFile(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')
    expect(await openapiText()).toBe(committed)
  })

  test('is version 3.1', () => {
    expect(document.openapi).toBe('3.1.0')
  })

  test('has every route of the app, and the app has every route of the document', () => {
    const routes = new Set(app.routes.map(({ method, path }) => `${method} ${path.replace(/:([a-z]+)/g, '{$1}')}`))
    expect(operations.map((operation) => operation.name).sort()).toEqual([...routes].sort())
  })

  test('gives every operation a name of its own and a summary', () => {
    const ids = operations.map((operation) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const operation of operations) expect(operation.summary).toMatch(/\S/)
  })

  test.each(operations)('$name lists its failures with an example of each', ({ responses }) => {
    const failures = Object.entries(responses).filter(([status]) => Number(status) >= 400)
    expect(failures.length).toBeGreaterThan(3)
    for (const [status, response] of failures) {
      const content = response.content?.['application/problem+json']
      for (const reference of Object.values(content?.examples ?? {})) {
        const name = reference.$ref.replace('#/components/examples/', '')
        expect(document.components.examples[name]?.value).toMatchObject({ status: Number(status) })
      }
      expect(Object.keys(content?.examples ?? {})).not.toHaveLength(0)
    }
  })

  test('has an example of every code, and each one is a problem as sent', () => {
    expect(Object.keys(document.components.examples).sort()).toEqual([...ERROR_CODES].sort())
    for (const { value } of Object.values(document.components.examples)) ProblemSchema.strict().parse(value)
  })

  test('has examples that are true to their schemas', () => {
    TokenSchema.strict().parse(examples.token)
    SnapshotSchema.strict().parse(examples.snapshot)
    CompatibilityTokenSchema.strict().parse(examples.compatibilityToken)
    ExplanationSchema.strict().parse(examples.explanation)
    LookupSchema.parse(examples.lookup)
  })
})
