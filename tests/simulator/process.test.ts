import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../../simulator/start.ts'
import { get, post, START_MS, simulator } from './support.ts'

const MAIN = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url))
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function run(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [MAIN], { env: { PATH: process.env['PATH'], ...env }, stdio: 'pipe' })
  children.push(child)
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, errors }))
  return { child, ended }
}

async function urlsOf(child: ChildProcess): Promise<Record<string, string>> {
  if (child.stdout === null) throw new Error('no output')
  const [line] = await once(child.stdout, 'data')
  return JSON.parse(String(line))
}

describe('npm run simulator', () => {
  it('says on its first line where the sources are, ticks by itself, and ends with 0 at once when told to', async () => {
    const { child, ended } = run({ SEED: '9', TOKENS: '40', TICK_MS: '20' })
    const urls = await urlsOf(child)
    expect(Object.keys(urls)).toEqual(['dexscreener', 'jupiter', 'geckoterminal', 'coingecko', 'control'])
    const market = () => get(`${urls['control']}/__sim/market`)
    expect(await market()).toMatchObject({ seed: 9 })
    while ((await market()).tick < 3) await get(`${urls['control']}/__sim/hits`)
    await post(`${urls['control']}/__sim/fault`, { source: 'all', mode: 'hang' })
    const hanging = fetch(`${urls['dexscreener']}/latest/dex/search?q=SOL`).catch(() => 'cut')
    child.kill('SIGTERM')
    expect(await ended).toEqual({ code: 0, errors: '' })
    expect(await hanging).toBe('cut')
  })

  it('says in one line that its port is taken, and exits with 1', async () => {
    const { port } = await simulator()
    const { ended } = run({ PORT: String(port) })
    expect(await ended).toEqual({ code: 1, errors: `Port ${port} is taken; set PORT to another one.\n` })
  })

  it('names every variable that is wrong, and exits with 78', async () => {
    const { ended } = run({ SEED: 'x', TOKENS: '1', PORT: '70000', TICK_MS: '-1', LIMITS: 'maybe' })
    const { code, errors } = await ended
    expect(code).toBe(78)
    expect(errors.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'SEED',
      'TOKENS',
      'PORT',
      'TICK_MS',
      'LIMITS',
      '',
    ])
  })
})

describe('two simulators with one seed', () => {
  const PATHS = [
    'dexscreener/latest/dex/search?q=SOL',
    'jupiter/tokens/v2/toptraded/1h',
    'geckoterminal/api/v2/search/pools?query=SOL',
  ]

  it('give the same bytes after the same ticks', async () => {
    const texts = async (seed: number) => {
      const sim = await startSimulator({ seed, tickMs: null, startMs: START_MS, limits: 'off' })
      sim.tick(75)
      const each = await Promise.all(PATHS.map(async (path) => (await fetch(`${sim.urls.control}/${path}`)).text()))
      await sim.close()
      return each
    }
    const [one, same, other] = [await texts(4), await texts(4), await texts(5)]
    expect(one).toEqual(same)
    expect(one.some((text, i) => text === other[i])).toBe(false)
  })
})
