import { randomUUID } from 'node:crypto'
import { type ServiceProcess, startService } from '../support/service.ts'

/** Services that count one quota together. */
export interface QuotaServices {
  readonly urls: readonly string[]
  /** A key of a new team, with its whole quota. */
  newKey(): Promise<string>
  /** Decisions that all of them have made without Redis, as their figures say. */
  decidedAlone(): Promise<number>
  end(): Promise<void>
}

const ADMIN_TOKEN = 'the-token-of-the-operator-of-this-run'
const NOWHERE = 'http://127.0.0.1:9'

export async function quotaServices(count: number, env: Readonly<Record<string, string>>): Promise<QuotaServices> {
  const services: ServiceProcess[] = []
  process.once('exit', () => {
    for (const service of services) service.signal('SIGKILL')
  })
  // No source answers: nothing but queries happens.
  const sources = { DEXSCREENER_URL: NOWHERE, JUPITER_URL: NOWHERE, GECKOTERMINAL_URL: NOWHERE }
  const settings = { ...sources, ADMIN_TOKEN, METRICS_PORT: '0', ...env }
  for (let n = 0; n < count; n++) services.push(await startService(settings))
  const urls = services.map(({ url }) => url)
  return {
    urls,
    newKey: () => keyOf(urls[0] ?? ''),
    async decidedAlone() {
      const counts = await Promise.all(services.map(aloneOf))
      return counts.reduce((sum, one) => sum + one, 0)
    },
    async end() {
      for (const service of services) service.signal('SIGTERM')
      await Promise.all(services.map(({ ended }) => ended))
    },
  }
}

async function aloneOf(service: ServiceProcess): Promise<number> {
  const [, url = ''] = await service.said(/"metrics":"([^"]+)"/)
  const figures = await (await fetch(url)).text()
  return Number(/^tickertap_quota_alone_total (\d+)/m.exec(figures)?.[1])
}

async function keyOf(url: string): Promise<string> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' }
  const post = async (path: string, body: unknown): Promise<Record<string, string>> => {
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (response.status !== 201) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Record<string, string>
  }
  const { id = '' } = await post('/v1/admin/teams', { name: randomUUID() })
  const { key: secret = '' } = await post(`/v1/admin/teams/${id}/keys`, {})
  return secret
}
