import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { type Composition, compose } from '../../../src/app/compose.ts'
import { readConfig } from '../../../src/app/config.ts'
import { memoryLog } from '../../support/log.ts'
import { patiently } from '../../support/patience.ts'
import { freePort } from '../../support/redis-server.ts'
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
  const [busy, calm] = await keysOf(first)
  expect([await ask(first, busy), await ask(first, busy), await ask(first, busy)]).toEqual([200, 200, 429])
  expect(await ask(first, calm)).toBe(200)
  await first.close()
  const second = serviceOn(folder.path)
  await patiently(async () => expect(await left(second, busy)).toBe(0))
  expect(await ask(second, busy)).toBe(429)
  expect([await ask(second, calm), await ask(second, calm)]).toEqual([200, 429])
  await second.close()
}, 120_000)

test('a quota that is decided without its Redis is in the figures', async () => {
  await newEngineFolder(`${folder.path}/prices`)
  const service = serviceOn(folder.path, { REDIS_URL: `redis://127.0.0.1:${await freePort()}` })
  const [key] = await keysOf(service)
  expect([await ask(service, key), await ask(service, key)]).toEqual([200, 200])
  const figures = await service.metrics(new Request('http://here/metrics'))
  expect(await figures.text()).toMatch(/^tickertap_quota_alone_total [2-9]/m)
  await service.close()
}, 120_000)

async function keysOf({ seeding }: Composition): Promise<[busy: string, calm: string]> {
  const { id } = await patiently(() => seeding.createTeam('Alpha'))
  const issue = () => seeding.issueKey(String(id), { name: null, scopes: ['read'], expiresAtMs: null })
  return [(await issue()).secret, (await issue()).secret]
}

function serviceOn(dataDir: string, more: Readonly<Record<string, string>> = {}): Composition {
  const config = readConfig({ DATA_DIR: dataDir, QUERIES_PER_HOUR: '2', ...more })
  return compose(config, '0.0.0', { clock: systemClock(), log: memoryLog() })
}

async function ask(service: Composition, key: string): Promise<number> {
  return (await get(service, QUESTION, key)).status
}

/** Asking takes none. */
async function left(service: Composition, key: string): Promise<unknown> {
  const { quota } = (await (await get(service, '/v1/me', key)).json()) as { quota?: { left: number } }
  return quota?.left
}

/** Asked again while the store is not there: a machine that stalls is no fault, and such a query is given back. */
function get({ http }: Composition, path: string, key: string): Promise<Response> {
  return patiently(async () => {
    const answer = await http.fetch(new Request(`http://here${path}`, { headers: { 'x-api-key': key } }))
    if (answer.status === 503) throw new Error(await answer.text())
    return answer
  })
}
