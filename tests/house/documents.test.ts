import { expect, test } from 'vitest'
import { DOCUMENTS } from '../../scripts/documents.ts'
import { readText } from '../support/checkout.ts'

test.each(DOCUMENTS)('$path says what the code says (npm run generate)', async ({ path, print }) => {
  const current = readText(path)
  expect(current).toBe(await print(current))
})
