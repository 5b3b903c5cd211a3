import { describe, expect, test } from 'vitest'
import { StoreUnavailable } from '../../../src/domain/errors.ts'
import { twoInstances } from './support.ts'

describe('whoever watches a key', () => {
  async function watched(expiresInMs: number | null = null) {
    const all = twoInstances()
    const { clock, here, there } = all
    const issued = await there.key('Night market', ['read'], expiresInMs === null ? null : clock.nowMs() + expiresInMs)
    const ended: number[] = []
    const stop = here.service.watch(issued.key, () => ended.push(clock.monotonicMs()))
    return { ...all, ...issued, ended, stop }
  }

  test.each([0, 1, 700, 1000, 30_500])(
    'is told within two seconds that it was revoked elsewhere after %d ms',
    async (afterMs) => {
      const { clock, there, key, ended } = await watched()
      await clock.advance(afterMs)
      await there.service.revokeKey(key.id)
      await clock.advance(1999)
      expect(ended).toHaveLength(1)
      await clock.advance(60_000)
      expect(ended).toHaveLength(1)
    },
  )

  test('is told that it has expired, and when the grace of a rotated one is over', async () => {
    const expiring = await watched(5000)
    await expiring.clock.advance(4999)
    expect(expiring.ended).toEqual([])
    await expiring.clock.advance(2000)
    expect(expiring.ended).toHaveLength(1)

    const { clock, there, key, ended } = await watched()
    await there.service.rotateKey(key.id, 8000)
    await clock.advance(7999)
    expect(ended).toEqual([])
    await clock.advance(2000)
    expect(ended).toHaveLength(1)
  })

  test('is told of a revocation that came before the watch', async () => {
    const { clock, here, there } = twoInstances()
    const { key } = await there.key('Night market')
    const other = await there.key('Day market')
    here.service.watch(other.key, () => {})
    await clock.advance(5000)
    await there.service.revokeKey(key.id)
    await clock.advance(5000)
    let isOver = false
    here.service.watch(key, () => {
      isOver = true
    })
    await clock.advance(1999)
    expect(isOver).toBe(true)
  })

  test('is told nothing once it has stopped', async () => {
    const { clock, there, key, ended, stop } = await watched()
    stop()
    stop()
    await there.service.revokeKey(key.id)
    await clock.advance(10_000)
    expect(ended).toEqual([])
  })

  test('costs no questions about keys while nothing changes, however many watch', async () => {
    const { clock, here, key } = await watched()
    for (let i = 0; i < 100; i++) here.service.watch(key, () => {})
    await clock.advance(60_000)
    expect(here.asked['key']).toBe(1)
    expect(here.asked['version']).toBe(60)
  })

  test('goes on while the store is away, and is told when it is back', async () => {
    const { clock, there, store, key, ended } = await watched()
    await clock.advance(5000)
    await there.service.revokeKey(key.id)
    store.fail('away')
    await clock.advance(120_000)
    expect(ended).toEqual([])
    store.fail(null)
    await clock.advance(1999)
    expect(ended).toHaveLength(1)
  })

  test('is told although the question about its key failed at first', async () => {
    const { clock, there, store, key, ended } = await watched()
    await clock.advance(5000)
    await there.service.revokeKey(key.id)
    const ask = store.key
    store.key = async () => {
      store.key = ask
      throw new StoreUnavailable('for a moment')
    }
    await clock.advance(2999)
    expect(ended).toHaveLength(1)
  })

  test('does not keep others from being told when it throws', async () => {
    const { clock, here, there, key } = await watched()
    let told = 0
    here.service.watch(key, () => {
      throw new Error('mine')
    })
    here.service.watch(key, () => {
      told += 1
    })
    await there.service.revokeKey(key.id)
    await clock.advance(1999)
    expect(told).toBe(1)
  })
})

describe('a ticket', () => {
  async function issued() {
    const all = twoInstances()
    const { here } = all
    const { key, secret } = await here.key('Night market')
    const holder = await here.service.holder(secret)
    if (holder === null) throw new Error('no holder')
    return { ...all, key, ...(await here.service.ticket(holder)) }
  }

  test('is good once, at any instance', async () => {
    const { here, there, ticket, key } = await issued()
    const redeemed = await Promise.all([there.service.redeem(ticket), here.service.redeem(ticket)])
    expect(redeemed.filter((holder) => holder?.key.id === key.id)).toHaveLength(1)
    expect(await here.service.redeem(ticket)).toBeNull()
  })

  test('is good for thirty seconds', async () => {
    const first = await issued()
    expect(first.expiresAtMs - first.clock.nowMs()).toBe(30_000)
    await first.clock.advance(29_999)
    expect(await first.there.service.redeem(first.ticket)).not.toBeNull()
    const second = await issued()
    await second.clock.advance(30_000)
    expect(await second.there.service.redeem(second.ticket)).toBeNull()
  })

  test('is not good when its key is over', async () => {
    const { here, there, ticket, key } = await issued()
    await there.service.revokeKey(key.id)
    expect(await here.service.redeem(ticket)).toBeNull()
  })

  test('is no key, and a key is no ticket; what cannot be one costs no question', async () => {
    const { here, ticket } = await issued()
    const { secret } = await here.key('Night market')
    expect(await here.service.holder(ticket)).toBeNull()
    expect(await here.service.redeem(secret)).toBeNull()
    expect(await here.service.redeem('nonsense')).toBeNull()
    expect(here.asked['takeTicket']).toBeUndefined()
  })

  test('cannot be redeemed while the store is away', async () => {
    const { here, store, ticket } = await issued()
    store.fail('away')
    await expect(here.service.redeem(ticket)).rejects.toMatchObject({ code: 'access_unavailable' })
  })
})
