import { describe, expect, test } from 'vitest'
import {
  CandleSchema,
  CoinDetailSchema,
  CoinSchema,
  DashboardRowSchema,
} from '../../../src/adapters/http/schemas/history.ts'
import * as examples from '../../../src/adapters/http/schemas/history-examples.ts'
import { BarsSchema, ChartSymbolSchema, FoundSymbolSchema } from '../../../src/adapters/http/schemas/udf.ts'
import { testHttp } from '../../support/http.ts'

interface Operation {
  parameters?: { name: string; schema: Record<string, unknown> }[]
  responses: Record<string, { content?: Record<string, { schema: { $ref?: string } }> }>
}

const document = testHttp().document() as unknown as { paths: Record<string, { get: Operation }> }

describe('the OpenAPI document of the history', () => {
  test('has examples that are true to their schemas', () => {
    DashboardRowSchema.strict().parse(examples.dashboardRow)
    CoinSchema.strict().parse(examples.coin)
    CoinDetailSchema.strict().parse(examples.coinDetail)
    CandleSchema.strict().parse(examples.candle)
    BarsSchema.parse(examples.bars)
    ChartSymbolSchema.strict().parse(examples.chartSymbol)
    FoundSymbolSchema.strict().parse(examples.found)
  })

  test.each(['/v1/coins', '/v1/coins/{symbol}/candles', '/v1/tokens/{network}/{address}/candles'])(
    '%s may be had as JSON and as CSV',
    (path) => {
      const content = document.paths[path]?.get.responses['200']?.content ?? {}
      expect(Object.keys(content)).toEqual(['application/json', 'text/csv'])
    },
  )

  test('gives every parameter of it a type', () => {
    for (const [path, { get }] of Object.entries(document.paths)) {
      if (!/dashboard|search|coins|candles|udf/.test(path)) continue
      for (const { name, schema } of get.parameters ?? []) expect(schema['type'], `${path} ${name}`).toBeDefined()
    }
  })
})
