import { describe, expect, test } from 'vitest'
import { twoInstances } from './support.ts'

describe('teams and keys', () => {
  test('a name is one team’s', async () => {
    const { here, there } = twoInstances()
    expect(await here.service.createTeam('Night market')).toMatchObject({ id: 1, name: 'Night market' })
    await expect(there.service.createTeam('Night market')).rejects.toMatchObject({ code: 'team_taken' })
    await expect(here.service.createTeam('a\nb')).rejects.toMatchObject({ code: 'invalid_body' })
    expect(await there.service.teams()).toHaveLength(1)
  })

  test('a name cannot be taken for the id of another team', async () => {
    const { here } = twoInstances()
    const refused = here.service.createTeam('7')
    await expect(refused).rejects.toMatchObject({ code: 'invalid_body', flaws: [{ path: 'name' }] })
    expect(await here.service.createTeam('7 wonders')).toMatchObject({ id: 1 })
  })

  test('a team is found by id or name', async () => {
    const { here } = twoInstances()
    const { key } = await here.key('Night market')
    for (const team of ['1', 'Night market']) expect(await here.service.keys(team)).toEqual([key])
    for (const team of ['2', 'Day market', '']) {
      await expect(here.service.keys(team)).rejects.toMatchObject({ code: 'team_not_found' })
      const wish = { name: null, scopes: [], expiresAtMs: null }
      await expect(here.service.issueKey(team, wish)).rejects.toMatchObject({ code: 'team_not_found' })
    }
  })

  test('a key has an end in the future, or none, and a name that can be read', async () => {
    const { here, clock } = twoInstances()
    const wish = { name: null, scopes: ['read'] as const, expiresAtMs: null }
    await here.service.createTeam('Night market')
    const past = here.service.issueKey('1', { ...wish, expiresAtMs: clock.nowMs() })
    await expect(past).rejects.toMatchObject({ code: 'invalid_body', flaws: [{ path: 'expires_at' }] })
    await expect(here.service.issueKey('1', { ...wish, name: 'a\u0000' })).rejects.toMatchObject({
      code: 'invalid_body',
    })
    expect((await here.service.issueKey('1', { ...wish, name: 'till' })).key.name).toBe('till')
  })

  test('nothing can be changed or listed while the store is away', async () => {
    const { here, store } = twoInstances()
    const { key } = await here.key('Night market')
    store.fail('away')
    const { service } = here
    for (const asked of [
      () => service.createTeam('x'),
      () => service.teams(),
      () => service.keys('1'),
      () => service.issueKey('1', { name: null, scopes: [], expiresAtMs: null }),
      () => service.revokeKey(key.id),
      () => service.rotateKey(key.id, 0),
    ]) {
      await expect(asked()).rejects.toMatchObject({ code: 'access_unavailable' })
    }
  })
})
