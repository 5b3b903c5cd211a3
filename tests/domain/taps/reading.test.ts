import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../../src/domain/taps/canonical-json.ts'
import { isTooEarly, readTap, TAP_AHEAD_MAX_MS } from '../../../src/domain/taps/reading.ts'
import { isTagUid, readTagName, readTargetUrl } from '../../../src/domain/taps/tag.ts'

const good = { id: 'a', tag: '7', count: 3, at: '2026-11-20T12:00:00+01:00' }

describe('a tap', () => {
  test('is read as it came', () => {
    expect(readTap(good)).toEqual({ id: 'a', tag: '7', count: 3, atMs: Date.UTC(2026, 10, 20, 11) })
    expect(readTap({ id: 'é👍', tag: 7 })).toEqual({ id: 'é👍', tag: '7', count: 1, atMs: null })
    expect(readTap({ id: '👍'.repeat(64), tag: Number.MAX_SAFE_INTEGER })).toMatchObject({ tag: '9007199254740991' })
  })

  test.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'tap'],
    ['a list', [good]],
    ['an unknown member', { ...good, team: 2 }],
    ['no tag', { id: 'a' }],
    ['a tag that is no number of a double', { ...good, tag: 2 ** 53 }],
    ['a fraction of a tag', { ...good, tag: 1.5 }],
    ['a tag that is an object', { ...good, tag: {} }],
  ])('that is %s is no tap', (_, value) => {
    expect(readTap(value)).toBe('invalid_tap')
  })

  test.each(['0', '07', '-7', '', '7.0', '1e3', '٧', '9223372036854775808', '\u0000', 'x'.repeat(300)])(
    'of a tag that cannot be: %j',
    (tag) => {
      expect(readTap({ ...good, tag })).toBe('tag_not_found')
    },
  )

  test.each<[unknown]>([
    [''],
    ['x'.repeat(65)],
    ['👍'.repeat(65)],
    ['a\u0000b'],
    ['\ud800'],
    ['\udc00a'],
    ['a\nb'],
    ['\u2028'],
    [7],
    [null],
    [undefined],
  ])('needs an id of printable characters, and %j is none', (id) => {
    expect(readTap({ ...good, id })).toBe('invalid_id')
  })

  test.each<[unknown]>([
    [0],
    [-1],
    [1.5],
    ['1'],
    [1_000_001],
    [JSON.parse('1e400')],
    [Number.NaN],
    [null],
    [true],
    [[1]],
  ])('counts a whole number of times, and %j is none', (count) => {
    expect(readTap({ ...good, count })).toBe('invalid_count')
  })

  test.each<[unknown]>([
    ['2026-11-20'],
    ['2026-11-20T12:00:00'],
    ['2023-02-30T00:00:00Z'],
    ['1999-12-31T23:59:59Z'],
    ['1970-01-01T00:00:00Z'],
    ['+012026-11-20T12:00:00Z'],
    ['now'],
    [1_763_640_000_000],
    [null],
    ['2026-11-20T25:00:00Z'],
  ])('happened at a moment with its zone, and %j is none', (at) => {
    expect(readTap({ ...good, at })).toBe('invalid_time')
  })

  test('may be a day ahead of our clock, and no further', () => {
    const nowMs = Date.UTC(2026, 10, 20)
    const tap = { id: 'a', tag: '1', count: 1, atMs: nowMs + TAP_AHEAD_MAX_MS }
    expect(isTooEarly(tap, nowMs)).toBe(false)
    expect(isTooEarly({ ...tap, atMs: tap.atMs + 1 }, nowMs)).toBe(true)
    expect(isTooEarly({ ...tap, atMs: null }, nowMs)).toBe(false)
  })

  test('is read or refused, whatever it is', () => {
    const value = fc.anything({ withBigInt: true, withNullPrototype: true, withObjectString: true })
    const close = fc.record({ id: fc.oneof(fc.string({ unit: 'binary' }), value), tag: value, count: value, at: value })
    fc.assert(
      fc.property(fc.oneof(value, close), (given) => {
        const tap = readTap(given)
        if (typeof tap === 'string') return
        expect(isTagUid(tap.tag)).toBe(true)
        expect(tap.id.isWellFormed() && !tap.id.includes('\u0000')).toBe(true)
        expect(Number.isSafeInteger(tap.count)).toBe(true)
      }),
    )
  })
})

describe('a tag', () => {
  test('has a uid that eight bytes hold', () => {
    expect(['1', '9223372036854775807', '10'].every(isTagUid)).toBe(true)
    expect(['0', '9223372036854775808', '01', '1 ', '99999999999999999999'].some(isTagUid)).toBe(false)
  })

  test('has a name without what cannot be printed', () => {
    expect(readTagName('  At the door ')).toBe('At the door')
    for (const text of ['', '  ', 'a\u0000', '\ud800', 'a\u202eb', 'x'.repeat(101)])
      expect(readTagName(text)).toBeNull()
  })

  test.each([
    ['https://example.com', 'https://example.com/'],
    ['https://example.com:8443/a?b=c#d', 'https://example.com:8443/a?b=c#d'],
    ['https://MÜNCHEN.example/ä', 'https://xn--mnchen-3ya.example/%C3%A4'],
  ])('leads to %s', (text, url) => {
    expect(readTargetUrl(text)).toBe(url)
  })

  test.each([
    'http://example.com',
    'javascript:alert(1)',
    'data:text/html,x',
    '//example.com',
    '/t/1',
    'https:example.com/',
    'https://user@example.com/',
    'https://user:password@example.com/',
    'https://example.com/\u0000',
    'https://example.com/a\r\nset-cookie: a=b',
    'https://example.com/a b',
    'https:\\\\example.com',
    'https:///example.com',
    'https://localhost/',
    'https://a.localhost/',
    'https://printer.local/',
    'https://intranet/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://192.168.0.1/',
    'https://example.com./',
    `https://example.com/${'a'.repeat(2048)}`,
    `https://example.com/${'ä'.repeat(1000)}`,
    'https://',
    '',
  ])('leads not to %j', (text) => {
    expect(readTargetUrl(text)).toBeNull()
  })
})

describe('the text of a body', () => {
  test('is the same for what means the same', () => {
    expect(canonicalJson(JSON.parse('{"b":[1,{"d":null,"c":"x"}],"a":1.0}'))).toBe('{"a":1,"b":[1,{"c":"x","d":null}]}')
  })

  test('says all that there is, and forgets the order of keys only', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})
