import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { chooseEncoding } from '../../src/adapters/http/encoding.ts'
import { testHttp } from '../support/http.ts'

const PATH = '/v1/tokens?limit=40'
const accepting = (encoding: string) => ({ headers: { 'accept-encoding': encoding } })

describe('encodings', () => {
  test.each([
    [null, 'identity'],
    ['', 'identity'],
    ['identity', 'identity'],
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['gzip;q=0.5, br;q=0', 'gzip'],
    ['br;q=0.1, gzip;q=0.9', 'gzip'],
    ['*', 'br'],
    ['*;q=0', 'identity'],
    ['br;q=x', 'identity'],
    ['GZIP', 'gzip'],
    ['identity;q=1, gzip;q=0.5', 'identity'],
    ['deflate, zstd', 'identity'],
  ] as const)('%j gets %s', (header, expected) => {
    expect(chooseEncoding(header)).toBe(expected)
  })

  test('each carries the same body under a tag of its own', async () => {
    const { get } = testHttp()
    const plain = await get(PATH)
    const body = await plain.text()
    const tags = new Set([plain.headers.get('etag')])
    for (const [encoding, unpack] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const packed = await get(PATH, accepting(encoding))
      const bytes = new Uint8Array(await packed.arrayBuffer())
      expect(packed.headers.get('content-encoding')).toBe(encoding)
      expect(packed.headers.get('content-length')).toBe(String(bytes.byteLength))
      expect(packed.headers.get('vary')).toBe('accept-encoding')
      expect(unpack(bytes).toString()).toBe(body)
      tags.add(packed.headers.get('etag'))
    }
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(tags.size).toBe(3)
  })

  test('a small body travels plain', async () => {
    const response = await testHttp().get('/api/tokens?limit=1', accepting('br'))
    expect(response.headers.get('content-encoding')).toBeNull()
  })
})

describe('If-None-Match', () => {
  test.each([
    ['the tag', (tag: string) => tag, 304],
    ['the weak form of the tag', (tag: string) => `W/${tag}`, 304],
    ['a list with the tag', (tag: string) => `"x", ${tag}`, 304],
    ['a star', () => '*', 304],
    ['another tag', () => '"x"', 200],
    ['a tag without quotes', (tag: string) => tag.replaceAll('"', ''), 200],
    ['nothing', () => '', 200],
  ])('%s', async (_name, header, status) => {
    const { get } = testHttp()
    const tag = (await get(PATH)).headers.get('etag') ?? ''
    expect(tag).toMatch(/^"[\w-]+"$/)
    const response = await get(PATH, { headers: { 'if-none-match': header(tag) } })
    expect(response.status).toBe(status)
    if (status === 304) {
      expect(await response.text()).toBe('')
      expect(response.headers.get('etag')).toBe(tag)
      expect(response.headers.get('content-length')).toBeNull()
      expect(response.headers.get('x-served-at')).not.toBeNull()
    }
  })

  test('the tag of one encoding does not stand for another', async () => {
    const { get } = testHttp()
    const tag = (await get(PATH, accepting('br'))).headers.get('etag') ?? ''
    expect((await get(PATH, { headers: { 'if-none-match': tag, 'accept-encoding': 'gzip' } })).status).toBe(200)
  })
})

describe('HEAD', () => {
  test.each([PATH, '/api/tokens', '/livez', '/openapi.json', '/docs'])('of %s is GET without a body', async (path) => {
    const { get } = testHttp()
    const [whole, head] = [await get(path), await get(path, { method: 'HEAD' })]
    expect(head.status).toBe(whole.status)
    expect(await head.text()).toBe('')
    expect(head.headers.get('content-type')).toBe(whole.headers.get('content-type'))
    expect(head.headers.get('etag')).toBe(whole.headers.get('etag'))
  })

  test('of an unknown path is 404', async () => {
    expect((await testHttp().get('/nope', { method: 'HEAD' })).status).toBe(404)
  })
})
