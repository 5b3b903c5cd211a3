import { describe, expect, test } from 'vitest'
import { ProblemSchema } from '../../src/adapters/http/schemas/problem.ts'
import { testHttp } from '../support/http.ts'

const SCRIPT = new TextEncoder().encode(`/* ${'a script '.repeat(500)} */`)
const withScript = { exists: async () => true, read: async () => SCRIPT }

describe('health', () => {
  test('a process that answers is alive, ready or not', async () => {
    const { get, service } = testHttp()
    service.ready = false
    expect((await get('/livez')).status).toBe(200)
  })

  test('a ready service names its sources', async () => {
    const body = await (await testHttp().get('/readyz')).json()
    expect(body).toMatchObject({ status: 'ready', sources: [{ name: 'dexscreener', ok: true }, { reason: 'timeout' }] })
  })

  test('one that is not ready says why', async () => {
    const { get, service } = testHttp()
    service.ready = false
    const response = await get('/readyz')
    expect(response.status).toBe(503)
    const problem = ProblemSchema.strict().parse(await response.json())
    expect(problem).toMatchObject({ code: 'not_ready', reasons: ['No source has answered yet.'] })
  })
})

describe('the documentation page', () => {
  test('asks nothing of other hosts, and its policy would not let it', async () => {
    const response = await testHttp({ assets: withScript }).get('/docs')
    const html = await response.text()
    expect(html).not.toMatch(/(?:src|href|url|import)[^\n]{0,12}(?:https?:)?\/\/[a-z]/i)
    expect(html).not.toMatch(/https?:\/\//)
    expect(html).toContain('src="/assets/scalar.js"')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("connect-src 'self'")
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/)
  })

  test('runs only scripts with the nonce of this very answer', async () => {
    const { get } = testHttp({ assets: withScript })
    const nonces = await Promise.all(
      [get('/docs'), get('/docs')].map(async (asked) => {
        const response = await asked
        const nonce = /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1]
        const scripts = (await response.text()).match(/<script[^>]*>/g) ?? []
        expect(scripts.length).toBeGreaterThan(0)
        for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`)
        return nonce
      }),
    )
    expect(nonces[0]).not.toBe(nonces[1])
  })

  test('has its script from us, compressed', async () => {
    const { get } = testHttp({ assets: withScript })
    const response = await get('/assets/scalar.js', { headers: { 'accept-encoding': 'br' } })
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(response.headers.get('content-encoding')).toBe('br')
    expect(new Uint8Array(await (await get('/assets/scalar.js')).arrayBuffer())).toEqual(SCRIPT)
  })

  test('has its script read once, whatever queries strangers add to its address', async () => {
    let reads = 0
    const read = async () => {
      reads++
      return SCRIPT
    }
    const { get } = testHttp({ assets: { exists: async () => true, read } })
    for (const query of ['?a=1', '?a=2', '', '?a=3']) await (await get(`/assets/scalar.js${query}`)).text()
    expect(reads).toBe(1)
  })

  test('without its script says how to make it', async () => {
    const html = await (await testHttp().get('/docs')).text()
    expect(html).toContain('npm run prepare')
    expect(html).toContain('href="/openapi.json"')
    expect(html).not.toContain('<script')
  })
})
