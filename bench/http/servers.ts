import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Simulator, startSimulator } from '../../simulator/start.ts'
import { type RedisServer, startRedis } from '../../tests/support/redis-server.ts'
import { startChild } from '../harness/child.ts'
import { type ServerName, TARGET } from './cases.ts'
import { type Measured, measuredServer } from './measure.ts'

/** The servers that are up, and what they need around them. */
export interface Servers {
  readonly running: ReadonlyMap<ServerName, Measured>
  /** The sources of every service started here. */
  readonly simulator: Simulator
  /** Starts a file of `servers/`. */
  start(name: ServerName, file: string, args: readonly string[]): Promise<Measured>
  /** The service itself, once it has data. @param runtime the program to run it with; Node when absent */
  service(name: ServerName, runtime?: string): Promise<Measured>
  /** A file with what the service answers, for the others to answer with. */
  bodyFile(from: Measured): Promise<string>
  /** A Redis of our own, or null when there is no `redis-server` on PATH. */
  redis(): Promise<RedisServer | null>
  stop(): Promise<void>
}

/** @param core the only one that the servers may run on */
export async function benchServers(core: number | null): Promise<Servers> {
  const running = new Map<ServerName, Measured>()
  const folder = mkdtempSync(join(tmpdir(), 'tickertap-bench-'))
  const simulator = await startSimulator({ limits: 'off' })
  let redis: RedisServer | null = null
  const begin = async (name: ServerName, file: string, options: { args: readonly string[]; runtime?: string }) => {
    const path = `${import.meta.dirname}/servers/${file}`
    const server = measuredServer(await startChild({ ...options, file: path, core }))
    running.set(name, server)
    return server
  }
  return {
    running,
    simulator,
    start: (name, file, args) => begin(name, file, { args }),
    async service(name, runtime = process.execPath) {
      const args = [JSON.stringify({ ...sourcesOf(simulator), ...FULL_BOARD })]
      const server = await begin(name, 'production.ts', { runtime, args })
      await list(server)
      return server
    },
    async bodyFile(from) {
      const file = join(folder, 'body.json')
      writeFileSync(file, await list(from))
      return file
    },
    async redis() {
      if (spawnSync('redis-server', ['--version']).status !== 0) return null
      redis ??= await startRedis()
      return redis
    },
    async stop() {
      await Promise.all([...running.values()].map(({ child }) => child.stop()))
      await Promise.all([redis?.stop(), simulator.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function sourcesOf({ urls }: Simulator): Readonly<Record<string, string>> {
  return { DEXSCREENER_URL: urls.dexscreener, JUPITER_URL: urls.jupiter, GECKOTERMINAL_URL: urls.geckoterminal }
}

/** Enough queries, asked often enough, for a list of thirty tokens. */
const FULL_BOARD = {
  WATCH: 'SOL,USDC,BONK,WIF,JUP,a,e,i,o,u,r,s,t,n,l',
  DEXSCREENER_PER_MINUTE: '100000',
  JUPITER_PER_MINUTE: '100000',
  GECKOTERMINAL_PER_MINUTE: '100000',
}

const TOKENS_SHOWN = 30
const TRIES = 100
const PAUSE_MS = 100

/** The list in plain, once it is full: a board takes a moment to fill. */
async function list({ origin }: Measured): Promise<string> {
  for (let tries = 0; tries < TRIES; tries++) {
    const response = await fetch(origin + TARGET, { headers: { 'accept-encoding': 'identity' } })
    const body = await response.text()
    if (response.ok && JSON.parse(body).length === TOKENS_SHOWN) return body
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  throw new Error(`${origin} has no full list`)
}
