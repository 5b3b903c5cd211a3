import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { httpApp } from '../src/adapters/http/app.ts'
import { fakeClock } from '../tests/support/fake-clock.ts'
import { fakeFeed } from '../tests/support/fake-feed.ts'
import { fakeService } from '../tests/support/fake-service.ts'
import { memoryLog } from '../tests/support/log.ts'
import { emptyPrices } from '../tests/support/prices.ts'

const FILE = new URL('../openapi/openapi.json', import.meta.url)

/** The document as it is committed: made from the schemas of the routes, whatever service stands behind them. */
export async function openapiText(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const { document } = httpApp({
    service: fakeService(),
    prices: emptyPrices(),
    feed: fakeFeed(),
    clock: fakeClock(),
    log: memoryLog(),
    allowedOrigins: [],
    version,
    assets: { exists: async () => false, read: async () => null },
    draining: () => false,
  })
  return `${JSON.stringify(document(), null, 2)}\n`
}

if (import.meta.main) {
  await mkdir(new URL('.', FILE), { recursive: true })
  await writeFile(FILE, await openapiText())
  process.stdout.write('openapi/openapi.json written\n')
}
