import { describe, expect, it } from 'vitest'
import { JUPITER_KEY } from '../../simulator/limits.ts'
import { get, simulator } from './support.ts'

const SOL = 'So11111111111111111111111111111111111111112'
const times = async (count: number, ask: (i: number) => Promise<Response>) => {
  const answers: Response[] = []
  for (let i = 0; i < count; i++) answers.push(await ask(i))
  return answers
}

describe('limits of the fake sources', () => {
  it('DexScreener admits 300 a minute, says nothing before, and is not JSON after', async () => {
    const sim = await simulator({ limits: 'on' })
    const url = `${sim.urls.dexscreener}/tokens/v1/solana/${SOL}`
    const answers = await times(302, () => fetch(url))
    expect(answers.slice(0, 300).every((answer) => answer.status === 200)).toBe(true)
    expect([...(answers[0]?.headers.keys() ?? [])].some((name) => name.includes('ratelimit'))).toBe(false)
    const [first, second] = answers.slice(300)
    expect([first?.status, second?.status]).toEqual([429, 429])
    expect([first?.headers.get('retry-after'), second?.headers.get('retry-after')]).toEqual(['60', null])
    expect(await first?.text()).toBe('Too Many Requests')
    sim.tick(60)
    expect((await fetch(url)).status).toBe(200)
  })

  it('DexScreener admits 60 lists a minute on a count of their own', async () => {
    const sim = await simulator({ limits: 'on' })
    const answers = await times(61, () => fetch(`${sim.urls.dexscreener}/token-boosts/top/v1`))
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(1)
    await get(`${sim.urls.dexscreener}/tokens/v1/solana/${SOL}`)
  })

  it('Jupiter admits 30 in any minute, counts down past zero, and never says Retry-After', async () => {
    const sim = await simulator({ limits: 'on' })
    const url = `${sim.urls.jupiter}/price/v3?ids=${SOL}`
    const answers = await times(32, () => fetch(url))
    expect(answers.map((answer) => answer.status)).toEqual([...Array(30).fill(200), 429, 429])
    const told = (name: string) => answers.map((answer) => Number(answer.headers.get(`x-ratelimit-${name}`)))
    expect(told('remaining')).toEqual(Array.from({ length: 32 }, (_, i) => 29 - i))
    expect(told('reset').at(-1)).toBe(Date.parse(sim.market().at) / 1000 + 60)
    expect(answers.every((answer) => answer.headers.get('retry-after') === null)).toBe(true)
    expect(await answers.at(-1)?.json()).toEqual({ error: '[API Gateway] Too many requests' })
  })

  it('Jupiter answers 401 to a wrong key alone, and doubles the rate for the right one', async () => {
    const sim = await simulator({ limits: 'on' })
    const ask = (key: string) => fetch(`${sim.urls.jupiter}/price/v3?ids=${SOL}`, { headers: { 'x-api-key': key } })
    expect((await ask('wrong')).status).toBe(401)
    const answers = await times(61, () => ask(JUPITER_KEY))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(60)
  })

  it('GeckoTerminal admits 30 a minute, does not count what its cache answers, and says Retry-After: 0', async () => {
    const sim = await simulator({ limits: 'on' })
    const ask = (i: number) => fetch(`${sim.urls.geckoterminal}/networks/solana/pools?page=${(i % 2) + 1}`)
    expect((await times(50, ask)).every((answer) => answer.status === 200)).toBe(true)
    const uncached = (i: number) => fetch(`${sim.urls.geckoterminal}/search/pools?query=x${i}`)
    const refused = (await times(31, uncached)).filter((answer) => answer.status === 429)
    expect(refused).toHaveLength(3)
    expect(refused[0]?.headers.get('retry-after')).toBe('0')
    expect(await refused[0]?.json()).toMatchObject({ status: { error_code: 429 } })
  })

  it('are lifted for all, or for those not named', async () => {
    const sim = await simulator({ limits: ['geckoterminal'] })
    const jupiter = await times(40, () => fetch(`${sim.urls.jupiter}/price/v3?ids=${SOL}`))
    expect(jupiter.every((answer) => answer.status === 200)).toBe(true)
    const gecko = await times(31, (i) => fetch(`${sim.urls.geckoterminal}/search/pools?query=x${i}`))
    expect(gecko.at(-1)?.status).toBe(429)
  })
})
