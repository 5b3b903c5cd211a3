import { describe, expect, it } from 'vitest'
import {
  guardedAgent,
  guardedLookup,
  isPrivateAddress,
  type Resolve,
} from '../../../../src/adapters/sources/engine/guarded-agent.ts'
import { sendJson } from '../../../support/upstream.ts'
import { failureOf, started } from './start.ts'

/** A name service that answers every name with these addresses. */
const answers =
  (...addresses: string[]): Resolve =>
  (_host, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

function lookedUp(host: string, resolve: Resolve, all: boolean): Promise<unknown> {
  return new Promise((done, fail) =>
    guardedLookup(resolve)(host, { all }, (error, address) => (error ? fail(error) : done(address))),
  )
}

describe('the guard', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
  ])('knows %s as private', (address) => {
    expect(isPrivateAddress(address)).toBe(true)
  })

  it.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '192.169.0.1', '169.253.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
    'lets %s pass',
    (address) => {
      expect(isPrivateAddress(address)).toBe(false)
    },
  )

  it('opens no connection to a name that has a private address', async () => {
    const agent = guardedAgent(1000, answers('127.0.0.1'))
    const { upstream } = await started((_request, response) => sendJson(response, {}))
    const { get } = await started(() => {}, {
      baseUrl: upstream.url.replace('127.0.0.1', 'prices.test'),
      dispatcher: agent,
      perMinute: 1,
    })
    expect((await failureOf(get())).reason).toBe('network')
    expect(upstream.connections()).toBe(0)
    await agent.destroy()
  })

  it('refuses a name with one private address among public ones', async () => {
    await expect(lookedUp('prices.test', answers('1.1.1.1', '10.0.0.1'), true)).rejects.toThrow('private address')
    await expect(lookedUp('prices.test', answers('1.1.1.1', '10.0.0.1'), false)).rejects.toThrow('private address')
  })

  it('hands on public addresses in the form that was asked for', async () => {
    expect(await lookedUp('prices.test', answers('1.1.1.1', '1.0.0.1'), true)).toHaveLength(2)
    expect(await lookedUp('prices.test', answers('1.1.1.1', '1.0.0.1'), false)).toBe('1.1.1.1')
  })

  it('fails for a name without addresses, and for one that cannot be looked up', async () => {
    await expect(lookedUp('prices.test', answers(), true)).rejects.toThrow('no address')
    const broken = ((_host, _options, done) => done(new Error('ENOTFOUND'), [])) satisfies Resolve
    await expect(lookedUp('prices.test', broken, true)).rejects.toThrow('ENOTFOUND')
  })

  it('lets an operator name this machine: localhost, or a private address as such', async () => {
    for (const host of ['localhost', '127.0.0.1']) {
      const { upstream } = await started((_request, response) => sendJson(response, {}))
      const agent = guardedAgent(1000, answers('127.0.0.1'))
      const baseUrl = upstream.url.replace('127.0.0.1', host)
      const { get } = await started(() => {}, { baseUrl, dispatcher: agent })
      expect((await get()).status).toBe(200)
      await agent.destroy()
    }
  })
})
