import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { pinoLog } from '../../../src/adapters/log/pino.ts'
import { throttled } from '../../../src/adapters/log/throttled.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { memoryLog } from '../../support/log.ts'

function setUp(level: 'debug' | 'info' | 'silent' = 'debug') {
  const written: string[] = []
  const log = pinoLog({ level, destination: { write: (line: string) => void written.push(line) } })
  const last = () => JSON.parse(written.at(-1) ?? 'null')
  return { log, written, last }
}

describe('a log line', () => {
  test('is one line of JSON with time, level as a word, message and fields', () => {
    const { log, written, last } = setUp()
    for (const level of ['debug', 'info', 'warn', 'error'] as const) {
      log[level]('something happened', { count: 2 })
      expect(last()).toEqual({ level, time: expect.any(String), count: 2, msg: 'something happened' })
      expect(new Date(last().time).toISOString()).toBe(last().time)
    }
    expect(written).toHaveLength(4)
    for (const line of written) expect(line).toMatch(/^\{[^\n]*\}\n$/)
  })

  test('needs no fields', () => {
    const { log, last } = setUp()
    log.info('alone')
    expect(last()).toEqual({ level: 'info', time: expect.any(String), msg: 'alone' })
  })

  test('below the level is not written', () => {
    const { log, written } = setUp('info')
    log.debug('unheard')
    expect(written).toEqual([])
    setUp('silent').log.error('unheard')
  })

  test('holds no control character, line separator or change of direction raw, and loses none', () => {
    const { log, written, last } = setUp()
    const codes = [...Array(0x20).keys(), ...Array.from({ length: 0x21 }, (_, at) => 0x7f + at)]
    const hostile = `a${String.fromCharCode(...codes)}\u2028\u2029\u202e\u2066\u200f\u061c"\\{z`
    log.info(hostile, { [hostile]: hostile, list: [hostile] })
    expect(written[0]?.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u)
    expect(last()).toMatchObject({ msg: hostile, [hostile]: hostile, list: [hostile] })
  })

  test('hides what is named like a secret, at any depth, and who logs in by an URL', () => {
    const { log, written, last } = setUp()
    const headers = { Authorization: 'Bearer s3cret', 'x-api-key': 's3cret', cookie: 's3cret', accept: '*/*' }
    log.info('request', { password: 's3cret', headers, deep: [{ ADMIN_TOKEN: 's3cret', apiKey: { a: 's3cret' } }] })
    log.info('boot', { url: 'redis://user:s3cret@host:6379/0', note: 'at https://s3cret@host, ok' })
    expect(written.join()).not.toContain('s3cret')
    expect(last()).toMatchObject({ url: 'redis://[hidden]@host:6379/0', note: 'at https://[hidden]@host, ok' })
    expect(JSON.parse(written[0] ?? '').headers.accept).toBe('*/*')
  })

  test('keeps facts about tokens, which are no secrets here', () => {
    const { log, last } = setUp()
    log.info('seen', { token: 'solana:abc', tokens: 3, key: 'k' })
    expect(last()).toMatchObject({ token: 'solana:abc', tokens: 3, key: 'k' })
  })

  test('takes an error apart, its cause too, under any name', () => {
    const { log, last } = setUp()
    const error = new TypeError('outer', { cause: new Error('at redis://:s3cret@host') })
    log.error('failed', { err: error, error })
    expect(last().err).toMatchObject({
      name: 'TypeError',
      message: 'outer',
      cause: { message: 'at redis://[hidden]@host' },
    })
    expect(last().err.stack).toContain('log.test.ts')
    expect(last().error).toEqual(last().err)
  })

  test('never throws, whatever the fields are', () => {
    const { log, written } = setUp()
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    const throws = {
      get value() {
        throw new Error('no')
      },
    }
    const toJson = {
      toJSON: () => {
        throw new Error('no')
      },
    }
    for (const odd of [circle, throws, toJson, 10n, Symbol('s'), () => 1, new Date(Number.NaN), Number.NaN, null]) {
      log.info('odd', { odd })
    }
    expect(written.map((line) => JSON.parse(line).msg)).toEqual(Array(9).fill('odd'))
  })

  test('written just before the process ends reaches standard output', () => {
    const module = new URL('../../../src/adapters/log/pino.ts', import.meta.url).href
    const script = `import { pinoLog } from '${module}'
      const log = pinoLog({ level: 'info' })
      for (let line = 0; line < 100; line++) log.info('line', { line })
      process.exit(1)`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).line)
    expect(lines).toEqual([...Array(100).keys()])
  })
})

describe('a throttled log', () => {
  test('says a message once in its time, then with the number it kept to itself', async () => {
    const clock = fakeClock()
    const log = memoryLog()
    const quiet = throttled(log, clock)
    for (let second = 0; second < 25; second++) {
      quiet.warn('source is away', { second })
      await clock.advance(1000)
    }
    expect(log.lines).toEqual([
      { level: 'warn', message: 'source is away', fields: { second: 0 } },
      { level: 'warn', message: 'source is away', fields: { second: 10, suppressed: 9 } },
      { level: 'warn', message: 'source is away', fields: { second: 20, suppressed: 9 } },
    ])
  })

  test('keeps messages and levels apart, and says what comes rarely as it is', async () => {
    const clock = fakeClock()
    const log = memoryLog()
    const quiet = throttled(log, clock, 100)
    quiet.info('a')
    quiet.info('b')
    quiet.error('a')
    await clock.advance(100)
    quiet.info('a', { x: 1 })
    expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'info a',
      'info b',
      'error a',
      'info a',
    ])
    expect(log.lines.at(-1)?.fields).toEqual({ x: 1 })
  })

  test('remembers no more than a thousand messages', () => {
    const log = memoryLog()
    const quiet = throttled(log, fakeClock())
    for (let n = 0; n <= 1000; n++) quiet.info(`message ${n}`)
    quiet.info('message 1000')
    quiet.info('message 0')
    expect(log.lines).toHaveLength(1002)
  })
})
