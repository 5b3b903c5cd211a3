import { describe, expect, test } from 'vitest'
import { secretOf } from '../../../src/domain/access/secret.ts'
import { settle } from '../../support/fake-clock.ts'
import { twoInstances } from './support.ts'

const SECOND_MS = 1000

describe('a key', () => {
  test('is its team’s, at every instance', async () => {
    const { here, there } = twoInstances()
    const { key, secret } = await here.key('Night market', ['read'])
    for (const { service } of [here, there]) {
      const holder = await service.holder(secret)
      expect(holder).toMatchObject({ team: { id: 1, name: 'Night market' }, key: { id: key.id, scopes: ['read'] } })
    }
    expect(secret.startsWith(key.prefix) && secret.endsWith(key.ending)).toBe(true)
    expect(JSON.stringify(key)).not.toContain(secret.slice(14, 50))
  })

  test('is asked for once in half a minute while nothing changes', async () => {
    const { here, there, clock } = twoInstances()
    const { secret } = await there.key('Night market')
    const before = await here.service.holder(secret)
    await clock.advance(SECOND_MS)
    for (let second = 0; second < 29; second++) {
      await here.service.holder(secret)
      await clock.advance(SECOND_MS)
    }
    expect(await here.service.holder(secret)).toEqual(before)
    // Once before the version was known, and once since.
    expect(here.asked['holder']).toBe(2)
    await clock.advance(2 * SECOND_MS)
    await here.service.holder(secret)
    expect(here.asked['holder']).toBe(3)
  })

  test('costs one question however many ask for it at once', async () => {
    const { here, there } = twoInstances()
    const { secret } = await there.key('Night market')
    const holders = await Promise.all(Array.from({ length: 100 }, () => here.service.holder(secret)))
    expect(new Set(holders.map((holder) => holder?.team.name))).toEqual(new Set(['Night market']))
    expect(here.asked['holder']).toBe(1)
  })

  test('is known without a question once it was asked for', async () => {
    const { here, there } = twoInstances()
    const { secret, key } = await there.key('Night market')
    expect(here.service.known(secret)).toBeUndefined()
    await here.service.holder(secret)
    expect(here.service.known(secret)?.key.id).toBe(key.id)
  })

  test('that cannot be one is refused without a question', async () => {
    const { here } = twoInstances()
    for (const text of ['', 'nonsense', `ttap_live_${'0'.repeat(49)}`]) {
      expect(here.service.known(text)).toBeNull()
      expect(await here.service.holder(text)).toBeNull()
    }
    expect(here.asked).toEqual({})
  })

  test('that is nobody’s is asked for once, until it is somebody’s', async () => {
    const { here, clock } = twoInstances()
    const secret = secretOf('key', new Uint8Array(32).fill(1))
    await here.service.holder(secret)
    await clock.advance(SECOND_MS)
    for (let second = 0; second < 20; second++) {
      expect(await here.service.holder(secret)).toBeNull()
      await clock.advance(SECOND_MS)
    }
    expect(here.asked['holder']).toBe(2)
  })

  test('is refused from the very millisecond in which it expires', async () => {
    const { here, clock } = twoInstances()
    const { secret } = await here.key('Night market', ['read'], clock.nowMs() + 5000)
    await clock.advance(4999)
    expect(await here.service.holder(secret)).not.toBeNull()
    await clock.advance(1)
    expect(here.service.known(secret) ?? null).toBeNull()
    expect(await here.service.holder(secret)).toBeNull()
  })
})

describe('a revoked key', () => {
  test('is refused at once where it was revoked, and within two seconds everywhere', async () => {
    const { here, there, clock } = twoInstances()
    const { key, secret } = await there.key('Night market')
    for (let after = 0; after < 40; after++) {
      await here.service.holder(secret)
      await clock.advance(250)
    }
    await there.service.revokeKey(key.id)
    expect(await there.service.holder(secret)).toBeNull()
    await clock.advance(1999)
    expect(await here.service.holder(secret)).toBeNull()
  })

  test.each([0, 1, 500, 999, 1000, 1500])('that was first used %d ms before is, too', async (beforeMs) => {
    const { here, there, clock } = twoInstances()
    const { key, secret } = await there.key('Night market')
    await here.service.holder(secret)
    await clock.advance(beforeMs)
    await there.service.revokeKey(key.id)
    await clock.advance(1999)
    expect(await here.service.holder(secret)).toBeNull()
  })

  test('is not believed by an answer that was on its way', async () => {
    const { here, there, clock, store } = twoInstances()
    const { key, secret } = await there.key('Night market')
    const gate = Promise.withResolvers<void>()
    const { holder } = store
    store.holder = async (digest) => {
      const found = await holder(digest)
      await gate.promise
      return found
    }
    const slow = here.service.holder(secret)
    await settle()
    await here.service.revokeKey(key.id)
    store.holder = holder
    gate.resolve()
    expect(await slow).not.toBeNull()
    expect(await here.service.holder(secret)).toBeNull()
    await clock.advance(0)
  })

  test('may be revoked again, and never later than before', async () => {
    const { here, clock } = twoInstances()
    const { key } = await here.key('Night market')
    const first = await here.service.revokeKey(key.id)
    await clock.advance(5000)
    expect((await here.service.revokeKey(key.id)).revokedAtMs).toBe(first.revokedAtMs)
    await expect(here.service.revokeKey('key_nope')).rejects.toMatchObject({ code: 'key_not_found' })
  })
})

describe('a rotated key', () => {
  test('is honoured beside the new one until its grace is over', async () => {
    const { here, there, clock } = twoInstances()
    const end = clock.nowMs() + 3_600_000
    const old = await here.key('Night market', ['read'], end)
    const next = await here.service.rotateKey(old.key.id, 10_000)
    expect(next.key).toMatchObject({ teamId: 1, scopes: ['read'], expiresAtMs: end, revokedAtMs: null })
    expect(next.key.id).not.toBe(old.key.id)
    for (const { service } of [here, there]) expect(await service.holder(old.secret)).not.toBeNull()
    await clock.advance(9999)
    for (const { service } of [here, there]) expect(await service.holder(old.secret)).not.toBeNull()
    await clock.advance(1)
    for (const { service } of [here, there]) {
      expect(await service.holder(old.secret)).toBeNull()
      expect(await service.holder(next.secret)).not.toBeNull()
    }
  })

  test('that is over is not rotated', async () => {
    const { here } = twoInstances()
    const { key } = await here.key('Night market')
    await here.service.revokeKey(key.id)
    await expect(here.service.rotateKey(key.id, 0)).rejects.toMatchObject({ code: 'key_not_found' })
    await expect(here.service.rotateKey('key_nope', 0)).rejects.toMatchObject({ code: 'key_not_found' })
  })
})

describe('while the store is away', () => {
  test('a key that is known holds for half a minute, and then nobody can tell', async () => {
    const { here, clock, store } = twoInstances()
    const { secret } = await here.key('Night market')
    await here.service.holder(secret)
    await clock.advance(SECOND_MS)
    await here.service.holder(secret)
    store.fail('away')
    await clock.advance(29_000)
    expect(await here.service.holder(secret)).not.toBeNull()
    await clock.advance(SECOND_MS)
    await expect(here.service.holder(secret)).rejects.toMatchObject({ code: 'access_unavailable' })
    store.fail(null)
    expect(await here.service.holder(secret)).not.toBeNull()
  })

  test('one that is not known is never valid, and one that cannot be is still refused', async () => {
    const { here, there, store } = twoInstances()
    const { secret } = await there.key('Night market')
    store.fail('away')
    await expect(here.service.holder(secret)).rejects.toMatchObject({ code: 'access_unavailable' })
    expect(await here.service.holder('nonsense')).toBeNull()
  })

  test('a revocation is noticed as soon as it is back', async () => {
    const { here, there, clock, store } = twoInstances()
    const { key, secret } = await there.key('Night market')
    await here.service.holder(secret)
    await clock.advance(SECOND_MS)
    await here.service.holder(secret)
    store.fail('away')
    await clock.advance(3 * SECOND_MS)
    store.fail(null)
    await there.service.revokeKey(key.id)
    await clock.advance(1999)
    expect(await here.service.holder(secret)).toBeNull()
  })
})

describe('looking for changes', () => {
  test('costs one question a second for all keys, and none while nothing is known', async () => {
    const { here, clock } = twoInstances()
    await clock.advance(60_000)
    expect(here.asked['version']).toBeUndefined()
    const keys = await Promise.all(Array.from({ length: 20 }, (_, i) => here.key(`Team ${i}`)))
    for (const { secret } of keys) await here.service.holder(secret)
    await clock.advance(10_000)
    expect(here.asked['version']).toBe(10)
    await clock.advance(600_000)
    expect(here.asked['version']).toBeLessThanOrEqual(40)
  })

  test('ends with the service', async () => {
    const { here, clock } = twoInstances()
    const { secret } = await here.key('Night market')
    await here.service.holder(secret)
    here.service.close()
    await clock.advance(10_000)
    expect(here.asked['version']).toBeUndefined()
  })

  test('no more than ten thousand keys of each kind are remembered', async () => {
    const { here } = twoInstances()
    const { secret } = await here.key('Night market')
    await here.service.holder(secret)
    for (let i = 0; i < 10_001; i++) {
      const random = new Uint8Array(32)
      new DataView(random.buffer).setUint32(0, i)
      await here.service.holder(secretOf('key', random))
    }
    expect(here.service.known(secret)).toMatchObject({ team: { id: 1 } })
    expect(here.service.known(secretOf('key', new Uint8Array(32)))).toBeUndefined()
  })
})
