import { describe, expect, test } from 'vitest'
import { testHttp } from '../support/http.ts'

const HTML = '<!doctype html><title>Board</title>'
const SCRIPT = 'export {}'
const encoder = new TextEncoder()

/** Assets of a page with one script; `secret.js` lies beside it and is not on the list. */
function built() {
  const files = new Map([
    ['web/files.json', '["index-0a1b2c3d.js"]'],
    ['web/index.html', HTML],
    ['web/assets/index-0a1b2c3d.js', SCRIPT],
    ['web/assets/secret.js', SCRIPT],
  ])
  const asked: string[] = []
  const read = async (name: string) => {
    asked.push(name)
    const text = files.get(name)
    return text === undefined ? null : encoder.encode(text)
  }
  return { ...testHttp({ assets: { exists: async (name) => files.has(name), read } }), asked }
}

describe('the board page', () => {
  test('is a page under a strict policy, asked for again each time', async () => {
    const { get } = built()
    const response = await get('/?sort=age')
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(HTML)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    const again = await get('/?sort=age', { headers: { 'if-none-match': response.headers.get('etag') ?? '' } })
    expect(again.status).toBe(304)
  })

  test('has files that may be kept for ever', async () => {
    const response = await built().get('/assets/index-0a1b2c3d.js')
    expect(await response.text()).toBe(SCRIPT)
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  })

  test.each([
    '/assets/secret.js',
    '/assets/index-ffffffff.js',
    '/assets/..%2Findex.html',
    '/assets/%2e%2e%2ffiles.json',
  ])('serves nothing that is not on its list: %s', async (path) => {
    const { get, asked } = built()
    expect((await get(path)).status).toBe(404)
    expect(asked).toEqual(['web/files.json'])
  })

  test('that was not built says how to build it, and is not remembered', async () => {
    const { get } = testHttp()
    const response = await get('/')
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('npm run prepare')
    expect(response.headers.get('etag')).toBeNull()
  })
})
