import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './redis-server.ts'
import { requireAll } from './require-all.ts'

/** A PostgreSQL server of our own: nobody else's data is in it, and it may be hurt. */
export interface PostgresServer {
  readonly url: string
  /** The URL of a new, empty database in it. */
  newDatabase(): string
  /** Runs SQL with psql, against the database of `url` unless another is given. @returns what it printed, without headers */
  psql(sql: string, url?: string): string
  /** As a power cut for all of its processes. The port refuses connections until `restart`. */
  kill9(): Promise<void>
  restart(): Promise<void>
  /** Makes all of it hang: connections are accepted by the system and nothing is answered. */
  pause(): void
  resume(): void
  stop(): Promise<void>
}

const BIN = findBinaries()
const USER: { uid?: number; gid?: number } | null = process.getuid?.() === 0 ? ownUser() : {}

/** Why there is no server to be had here; null when there is. */
export const noPostgres: string | null =
  BIN === null ? 'no PostgreSQL server binaries were found' : USER === null ? 'root has no user to run it as' : null
/** For `describe.skipIf`: false where REQUIRE_ALL makes it a failure. */
export const skipPostgres = noPostgres !== null && !requireAll

/** Starts a server on a free port of 127.0.0.1, in a folder that goes when it stops. @param args more of postgres' own */
export async function startPostgres(args: readonly string[] = []): Promise<PostgresServer> {
  if (noPostgres !== null) throw new Error(`REQUIRE_ALL=1, but ${noPostgres}.`)
  const folder = await mkdtemp(join(tmpdir(), 'tickertap-postgres-'))
  if (USER?.uid !== undefined && USER.gid !== undefined) chownSync(folder, USER.uid, USER.gid)
  const data = join(folder, 'data')
  run('initdb', ['-D', data, '-U', 'tickertap', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'])
  const port = await freePort()
  const flags = [
    `-cport=${port}`,
    '-clisten_addresses=127.0.0.1',
    '-cunix_socket_directories=',
    '-cshared_buffers=32MB',
  ]
  const url = `postgres://tickertap@127.0.0.1:${port}/postgres`
  let server = await launch(data, [...flags, ...args])
  let databases = 0
  const psql = (sql: string, to = url) => run('psql', [to, '-AtqX', '-v', 'ON_ERROR_STOP=1', '-c', sql])
  const kill9 = () => ended(server, 'SIGKILL')
  return {
    url,
    newDatabase() {
      databases += 1
      psql(`create database test_${databases}`)
      return url.replace(/postgres$/, `test_${databases}`)
    },
    psql,
    kill9,
    async restart() {
      server = await launch(data, [...flags, ...args])
    },
    pause: () => signalAll(server, 'SIGSTOP'),
    resume: () => signalAll(server, 'SIGCONT'),
    async stop() {
      signalAll(server, 'SIGCONT')
      await kill9()
      // Its processes write while they end.
      await rm(folder, { recursive: true, force: true, maxRetries: 100, retryDelay: 20 })
    },
  }
}

function findBinaries(): string | null {
  const folders = globSync('/usr/{lib/postgresql,pgsql-}*/{,*/}bin').sort()
  const found = ['', ...folders.reverse()].find((folder) =>
    ['initdb', 'postgres', 'psql'].every((name) => spawnSync(join(folder, name), ['--version']).status === 0),
  )
  return found ?? null
}

/** PostgreSQL refuses to run as root. */
function ownUser(): { readonly uid: number; readonly gid: number } | null {
  const users = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : []
  const fields = ['postgres', 'nobody']
    .flatMap((name) => users.filter((line) => line.startsWith(`${name}:`)))[0]
    ?.split(':')
  return fields === undefined ? null : { uid: Number(fields[2]), gid: Number(fields[3]) }
}

/** Away from the checkout, which the other user may not be able to enter. */
const OPTIONS = { ...USER, cwd: tmpdir() }

function run(name: string, args: readonly string[]): string {
  return execFileSync(join(BIN ?? '', name), args, { ...OPTIONS, encoding: 'utf8', stdio: 'pipe' }).trim()
}

/** For as long as its processes of before are not all gone a new one refuses to start. */
async function launch(data: string, flags: readonly string[], tries = 50): Promise<ChildProcess> {
  const child = spawn(join(BIN ?? '', 'postgres'), ['-D', data, ...flags], {
    ...OPTIONS,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said = await saidUntil(child, 'ready to accept connections')
  if (said === null) {
    guard(child)
    return child
  }
  if (tries === 1) throw new Error(`PostgreSQL did not start:\n${said}`)
  await new Promise((resolve) => setTimeout(resolve, 100))
  return launch(data, flags, tries - 1)
}

/** @returns null once it has said so; everything it said when it ended without */
function saidUntil(child: ChildProcess, words: string): Promise<string | null> {
  return new Promise((resolve) => {
    let said = ''
    // Nobody reads on afterwards, but it flows on: a full pipe would stop the server.
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-10_000)
      if (said.includes(words)) resolve(null)
    })
    child.once('exit', () => resolve(said))
  })
}

/** Waits for our end of its pipe to close: a test run that is killed leaves no server behind. */
function guard(server: ChildProcess): void {
  const child = spawn('sh', ['-c', `cat; kill -9 ${server.pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  server.once('exit', () => child.kill('SIGKILL'))
}

async function ended(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const gone = new Promise((resolve) => server.once('exit', resolve))
  signalAll(server, signal)
  await gone
}

/** To the server and the processes it has made. */
function signalAll(server: ChildProcess, signal: NodeJS.Signals): void {
  for (const pid of [server.pid ?? -1, ...childrenOf(server.pid ?? -1)]) {
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended by itself.
    }
  }
}

function childrenOf(parent: number): number[] {
  const pids = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []
  return pids.map(Number).filter((pid) => {
    try {
      return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]) === parent
    } catch {
      return false
    }
  })
}
