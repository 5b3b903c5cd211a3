import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isoWriter } from '../../../src/adapters/http/bodies/tap-times.ts'

test('times are written as a Date writes them, in whatever order', () => {
  const moment = fc.integer({ min: Date.UTC(1960, 0), max: Date.UTC(9999, 11) })
  fc.assert(
    fc.property(fc.array(fc.oneof(moment, fc.integer({ min: -200_000, max: 200_000 })), { maxLength: 50 }), (times) => {
      expect(times.map(isoWriter())).toEqual(times.map((ms) => new Date(ms).toISOString()))
    }),
  )
})
