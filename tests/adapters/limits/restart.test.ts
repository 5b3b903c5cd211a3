import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { type Composition, compose } from '../../../src/app/compose.ts'
import { readConfig } from '../../../src/app/config.ts'
import { memoryLog } from '../../support/log.ts'
import { newEngineFolder, tempFolder } from '../../support/stores.ts'

const QUESTION = '/v1/taps/analytics?from=2026-11-01&to=2026-11-02'

let folder: Awaited<ReturnType<typeof tempFolder>>
beforeEach(async () => {
  folder = await tempFolder()
})
afterEach(() => folder.remove())

test('a quota that is used up is so after a restart, and only that one', async () => {
  await newEngineFolder(`${folder.path}/prices`)
  const first = serviceOn(folder.path)
  const { id } = await first.seeding.createTeam('Alpha')
  const keyOf = async () => {
    return (await first.seeding.issueKey(String(id), { name: null, scopes: ['read'], expiresAtMs: null })).secret
  }
  const [busy, calm] = [await keyOf(), await keyOf()]
  expect([await ask(first, busy), await ask(first, busy), await ask(first, busy)]).toEqual([200, 200, 429])
  expect(await ask(first, calm)).toBe(200)
  await first.close()
  const second = serviceOn(folder.path)
  expect(await ask(second, busy)).toBe(429)
  expect([await ask(second, calm), await ask(second, calm)]).toEqual([200, 429])
  await second.close()
}, 120_000)

function serviceOn(dataDir: string): Composition {
  const config = readConfig({ DATA_DIR: dataDir, QUERIES_PER_HOUR: '2' })
  return compose(config, '0.0.0', { clock: systemClock(), log: memoryLog() })
}

async function ask({ http }: Composition, key: string): Promise<number> {
  const answer = await http.fetch(new Request(`http://here${QUESTION}`, { headers: { 'x-api-key': key } }))
  await answer.body?.cancel()
  return answer.status
}
