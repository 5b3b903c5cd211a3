import { expect, test } from 'vitest'
import { tellHowToImport } from '../../../src/app/usecases/prices/first-steps.ts'
import { StoreUnavailable } from '../../../src/domain/errors.ts'
import { memoryLog } from '../../support/log.ts'

const BTC = { symbol: 'BTC', name: 'Bitcoin' }

async function said(coins: () => Promise<readonly (typeof BTC)[]>): Promise<string> {
  const log = memoryLog()
  await tellHowToImport({ coins }, log)
  return JSON.stringify(log)
}

test('the log of a service without coins says how to import some, that of others says nothing', async () => {
  expect(await said(async () => [])).toContain('npm run cli -- import coins')
  expect(await said(async () => [BTC])).not.toContain('import')
  expect(await said(() => Promise.reject(new StoreUnavailable('still opening')))).not.toContain('import')
})
