import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A `redis-server` of our own: nobody else's data is in it, and it may be hurt. */
export interface RedisServer {
  readonly url: string
  readonly port: number
  /** Of the running process; another one after `restart`. */
  pid(): number
  /** Ends it for good and removes its folder. Stopping twice is harmless. */
  stop(): Promise<void>
  /** As a power cut for the process: nothing is flushed. The port refuses connections until `restart`. */
  kill9(): Promise<void>
  /** A new process on the same port and folder, after `kill9`. Resolves when it answers. */
  restart(): Promise<void>
  /** Makes it hang: connections are accepted by the system and never answered. */
  pause(): void
  resume(): void
}

/** What a server is started with. */
export interface RedisServerOptions {
  /** `aof` keeps what was written through `kill9`; by default a restarted server is empty. */
  readonly persistence?: 'none' | 'aof'
  /** More of redis-server's own options: `['--requirepass', 'x']`. */
  readonly args?: readonly string[]
}

/** Starts `redis-server` from PATH on a free port of 127.0.0.1, in a folder that goes when it stops. */
export async function startRedis({ persistence = 'none', args = [] }: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tickertap-redis-'))
  const flags = ['--bind', '127.0.0.1', '--dir', folder, '--save', '']
  flags.push('--appendonly', persistence === 'aof' ? 'yes' : 'no', '--appendfsync', 'everysec', ...args)
  const first = await launchSomewhere(flags)
  const { port } = first
  let child = first.child
  let guard = guardOf(child)

  const killed = async () => {
    guard.kill('SIGKILL')
    await ended(child)
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: () => child.pid ?? -1,
    async stop() {
      await killed()
      await rm(folder, { recursive: true, force: true })
    },
    kill9: killed,
    async restart() {
      child = await launch(flags, port)
      guard = guardOf(child)
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  }
}

/** Waits for our end of its pipe to close: a test run that is killed leaves no server behind. */
function guardOf(server: ChildProcess): ChildProcess {
  return spawn('sh', ['-c', `cat; kill -9 ${server.pid}`], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
}

/** A port that was free may be taken when it is used, and a cluster's node takes a second one, 10,000 above. */
async function launchSomewhere(flags: readonly string[], tries = 5): Promise<{ port: number; child: ChildProcess }> {
  const port = await freePort()
  try {
    return { port, child: await launch(flags, port) }
  } catch (error) {
    if (tries === 1) throw error
    return launchSomewhere(flags, tries - 1)
  }
}

async function launch(flags: readonly string[], port: number): Promise<ChildProcess> {
  const child = spawn('redis-server', ['--port', `${port}`, ...flags], { stdio: ['ignore', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })
  const said: string[] = []
  for await (const line of lines) {
    said.push(line)
    if (line.includes('Ready to accept connections')) break
  }
  // Nobody reads on: a full pipe would stop the server.
  child.stdout.resume()
  try {
    await ping(port)
    return child
  } catch (cause) {
    await ended(child)
    throw new Error(`redis-server did not start:\n${said.join('\n')}`, { cause })
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

/** Asks before the login, so that a server with a password counts as up too. */
function ping(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.once('error', reject)
    socket.once('data', (answer) => {
      socket.destroy()
      if (/^(\+PONG|-NOAUTH)/.test(answer.toString())) resolve()
      else reject(new Error(answer.toString()))
    })
  })
}

/**
 * Free a moment ago. Below the range that systems give to outgoing connections: there, a client that keeps calling a
 * port nobody listens on can in the end be connected to itself.
 */
export async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  const server = createServer()
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
  })
  await new Promise((resolve) => server.close(resolve))
  return free ? port : freePort()
}
