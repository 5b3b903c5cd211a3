import { readFileSync } from 'node:fs'
import { type Composition, compose } from './compose.ts'
import { FolderInUse } from './compose-store.ts'
import { type Config, ConfigError, type Environment, readConfig } from './config.ts'
import type { ServeOptions, Server } from './runtime/runtime.ts'

const LOOPBACK = '127.0.0.1'

/** A service that listens. */
export interface Running {
  /** As people would type it, without a trailing slash. */
  readonly url: string
  /** Finishes what was accepted, then closes everything. Calling it again waits for the same end. */
  stop(): Promise<void>
  readonly fillIn: Composition['fillIn']
  readonly seeding: Composition['seeding']
  /** Writes a fault that nobody caught to the log. */
  report(error: unknown): void
}

/** A port or the data folder is taken, or may not be used. The message is one line for an operator. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart'
}

/**
 * Starts the service on the runtime that runs this.
 * @throws ConfigError before anything is opened; CannotStart when a port or the data folder cannot be had.
 */
export async function run(env: Environment): Promise<Running> {
  const config = readConfig(env)
  checkRuntime(config)
  const service = composed(config)
  const cannotListen =
    (variable: string, port: number, host: string = config.host) =>
    async (cause: unknown) => {
      await service.close()
      throw new CannotStart(`Cannot listen on ${host}:${port}: ${reasonOf(cause, variable)}`, { cause })
    }
  const socketio = await service.socketio().catch(cannotListen('SOCKETIO_PORT', config.socketioPort ?? 0))
  const listen: ServeOptions = { port: config.port, hostname: config.host, refuse: service.http.refuse }
  const server = await listening(service.http.fetch, listen).catch(async (cause: unknown) => {
    await socketio?.close()
    return cannotListen('PORT', config.port)(cause)
  })
  const metrics = await metricsOn(config.metricsPort, service.metrics).catch(async (cause: unknown) => {
    await Promise.all([server.stop(), socketio?.close()])
    return cannotListen('METRICS_PORT', config.metricsPort ?? 0, LOOPBACK)(cause)
  })
  service.start()
  const url = urlOf(config.host, server.port)
  const socketioUrl = socketio === null ? null : urlOf(config.host, socketio.port)
  service.log.info('listening', {
    url,
    socketio: socketioUrl,
    metrics: metrics === null ? null : `${urlOf(LOOPBACK, metrics.port)}/metrics`,
    sources: config.sources,
    redis: config.redisUrl !== null,
    history: config.databaseUrl === null ? config.dataDir : 'postgresql',
  })
  let stopped: Promise<void> | null = null
  const stop = async () => {
    service.log.info('stopping')
    service.drain()
    await Promise.all([server.stop(), socketio?.close(), metrics?.stop()])
    await service.close()
    service.log.info('stopped')
  }
  return {
    url,
    stop: () => {
      stopped ??= stop()
      return stopped
    },
    fillIn: service.fillIn,
    seeding: service.seeding,
    report: (error) => service.log.error('nobody caught this', { error }),
  }
}

function composed(config: Config): Composition {
  try {
    return compose(config, version())
  } catch (cause) {
    throw cause instanceof FolderInUse ? new CannotStart(cause.message, { cause }) : cause
  }
}

/** On the loopback address only: the figures are for whoever runs the machine. Null: nobody wants them. */
function metricsOn(port: number | null, fetch: Composition['metrics']): Promise<Server | null> {
  return port === null ? Promise.resolve(null) : listening(fetch, { port, hostname: LOOPBACK })
}

/** One file per runtime; each is loaded only where it can run. */
async function listening(fetch: Parameters<Serve>[0], options: ServeOptions): Promise<Server> {
  const { serve } =
    'Deno' in globalThis
      ? await import('./runtime/deno.ts')
      : 'Bun' in globalThis
        ? await import('./runtime/bun.ts')
        : await import('./runtime/node.ts')
  return serve(fetch, options)
}
type Serve = typeof import('./runtime/node.ts')['serve']

/** @throws ConfigError when something is asked for that this runtime does not have. */
function checkRuntime(config: Config): void {
  const isNode = !('Deno' in globalThis || 'Bun' in globalThis)
  if (config.socketioPort !== null && !isNode) throw new ConfigError('SOCKETIO_PORT: must be unset on Deno and Bun')
}

function reasonOf(cause: unknown, variable: string): string {
  const code = (cause as { code?: unknown } | null)?.code
  if (code === 'EADDRINUSE') return `another program listens there. Set ${variable} to a free one.`
  return cause instanceof Error ? cause.message : 'unknown'
}

function urlOf(host: string, port: number): string {
  return `http://${isAnyAddress(host) ? 'localhost' : host}:${port}`
}

function isAnyAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return (manifest as { version: string }).version
}
